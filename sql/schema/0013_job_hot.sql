-- A CHECK is parsed and planned anew by every UPDATE, that is by every claim. The three priorities are those of
-- model/job.h, which is the only way in (lib/model/job.c refuses others).
ALTER TABLE job DROP CONSTRAINT job_priority_check;
