-- A package that comes in as a problem's next version says its limits anew. What somebody has set by hand stays as it is.
ALTER TABLE problem_version ADD by_hand smallint NOT NULL DEFAULT 0; -- enum problem_by_hand in lib/model/problem_edit.h
