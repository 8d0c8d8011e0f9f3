-- What is handed in for some problems are answers to their tests; such a submission has the language 'answer'.
ALTER TABLE problem_version ADD COLUMN submits_answers boolean NOT NULL DEFAULT false;
