#ifndef JUDGE_GROUP_TREE_H
#define JUDGE_GROUP_TREE_H

#include "judge/group.h"

/* The tree of groups and tests as judge/group.c walks over it. Private to the two. */
/* What graders said of a group, and of which members' results. */
struct graded {
	struct span lines;
	enum verdict verdict;
	double score;
};

struct node {
	struct span path;
	struct group_config config;
	bool is_test;
	bool is_static; // of tests: it reads the source
	size_t first;   // test
	size_t n;       // tests below
	struct node *parent;
	struct node *child; // in the order of judging
	struct node *last;
	struct node *next;
	size_t n_run;          // of its own tests, those that are not static
	struct graded *graded; // of a custom group
};

struct groups {
	enum group_grading grading;
	bool is_scoring;
	bool runs_all;
	struct node *root;
	struct node **nodes; // groups that have a row, and the root
	size_t n_nodes;
	struct node *tests;
	size_t n_tests;
	struct group_grader grader;
	struct arena *mem;
};

/* True if `path` is the folder `above` or lies in it. */
bool group_lies_in(struct span path, struct span above);

#endif
