-- Legacy packages say whether their validator gives scores (validation: custom score); in the later formats it always may.
ALTER TABLE problem_version ADD COLUMN validator_scores boolean NOT NULL DEFAULT true;
