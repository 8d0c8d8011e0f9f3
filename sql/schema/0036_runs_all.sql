-- A solution whose label speaks of tests behind the first one that failed is judged once more, by all of them.
ALTER TABLE jury_solution ADD COLUMN runs_all boolean NOT NULL DEFAULT false;
