ALTER TABLE `vouchers` ADD `granted` integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
UPDATE vouchers SET granted = (SELECT coalesce(sum(amount), 0) FROM voucher_uses WHERE voucher_id = vouchers.id AND status <> 'RELEASED');
--> statement-breakpoint
-- How often a voucher was used, and what that comes to, is counted here and nowhere else.
DROP TRIGGER voucher_uses_take;
--> statement-breakpoint
CREATE TRIGGER voucher_uses_take AFTER INSERT ON voucher_uses WHEN NEW.status <> 'RELEASED' BEGIN
  UPDATE vouchers SET used = used + 1, granted = granted + NEW.amount WHERE id = NEW.voucher_id;
END;
--> statement-breakpoint
DROP TRIGGER voucher_uses_move;
--> statement-breakpoint
CREATE TRIGGER voucher_uses_move AFTER UPDATE OF status ON voucher_uses WHEN (NEW.status = 'RELEASED') <> (OLD.status = 'RELEASED') BEGIN
  UPDATE vouchers SET used = used + CASE NEW.status WHEN 'RELEASED' THEN -1 ELSE 1 END,
    granted = granted + CASE NEW.status WHEN 'RELEASED' THEN -NEW.amount ELSE NEW.amount END WHERE id = NEW.voucher_id;
END;
