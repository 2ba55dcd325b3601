-- Three jobs that forgot old rows are one now: what of them still waits would wait for ever.
DELETE FROM jobs WHERE status = 'QUEUED' AND kind IN ('idempotency-keys.forget', 'jobs.forget', 'sessions.forget');
--> statement-breakpoint
DELETE FROM schedules WHERE name IN ('idempotency-keys.forget', 'jobs.forget', 'sessions.forget');
