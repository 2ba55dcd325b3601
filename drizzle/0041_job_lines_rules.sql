-- How many jobs of each kind have which status.
CREATE TRIGGER jobs_counted AFTER INSERT ON jobs BEGIN
  INSERT INTO status_counts (subject, status, total) VALUES ('jobs', NEW.status || ' ' || NEW.kind, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER jobs_recounted AFTER UPDATE OF status ON jobs WHEN NEW.status <> OLD.status BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'jobs' AND status = OLD.status || ' ' || OLD.kind;
  INSERT INTO status_counts (subject, status, total) VALUES ('jobs', NEW.status || ' ' || NEW.kind, 1)
  ON CONFLICT (subject, status) DO UPDATE SET total = total + 1;
END;
--> statement-breakpoint
CREATE TRIGGER jobs_uncounted AFTER DELETE ON jobs BEGIN
  UPDATE status_counts SET total = total - 1 WHERE subject = 'jobs' AND status = OLD.status || ' ' || OLD.kind;
END;
--> statement-breakpoint
DELETE FROM status_counts WHERE subject = 'jobs';
--> statement-breakpoint
INSERT INTO status_counts (subject, status, total)
  SELECT 'jobs', status || ' ' || kind, count(*) FROM jobs GROUP BY 2;
--> statement-breakpoint
-- Whoever is first in the line of its subject has ended, however that came about: the next one is first.
CREATE TRIGGER jobs_next_in_line AFTER UPDATE OF status ON jobs
WHEN OLD.subject IS NOT NULL AND OLD.behind = 0 AND OLD.status IN ('QUEUED', 'RUNNING') AND NEW.status NOT IN ('QUEUED', 'RUNNING') BEGIN
  UPDATE jobs SET behind = 0 WHERE id = (
    SELECT id FROM jobs WHERE kind = OLD.kind AND subject = OLD.subject AND subject IS NOT NULL AND status IN ('QUEUED', 'RUNNING')
    ORDER BY turn LIMIT 1
  );
END;
--> statement-breakpoint
CREATE TRIGGER jobs_next_after_removal AFTER DELETE ON jobs
WHEN OLD.subject IS NOT NULL AND OLD.behind = 0 AND OLD.status IN ('QUEUED', 'RUNNING') BEGIN
  UPDATE jobs SET behind = 0 WHERE id = (
    SELECT id FROM jobs WHERE kind = OLD.kind AND subject = OLD.subject AND subject IS NOT NULL AND status IN ('QUEUED', 'RUNNING')
    ORDER BY turn LIMIT 1
  );
END;
