#ifndef VIEW_PROBLEM_H
#define VIEW_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "html/html.h"
#include "view/page.h"

/* A piece of a text in which something was found. */
struct problem_piece {
	struct span text;
	bool is_found;
};

struct problem_pieces {
	const struct problem_piece *v;
	size_t n;
};

/* A word that leads to the list of those that have it. */
struct problem_link {
	struct span name;
	struct url link;
	int64_t n; // how many; -1: not said
	bool is_chosen;
};

struct problem_links {
	const struct problem_link *v;
	size_t n;
};

struct problem_item {
	struct url link;
	struct problem_pieces title;
	struct problem_pieces snippet; // empty in a list
	int64_t difficulty;            // 0: not said
	struct span category;
	struct problem_links tags;
	int64_t n_tried;
	int64_t n_solved;
	bool is_solved; // by the reader
	bool is_tried;
};

struct problem_items {
	const struct problem_item *v;
	size_t n;
};

/* An entry of a select. */
struct problem_option {
	const char *value;
	const char *text;
	bool is_chosen;
};

struct problem_options {
	const struct problem_option *v;
	size_t n;
};

struct problems_view {
	struct page_view page;
	struct span words;
	struct span category;
	struct span tags; // as entered, with commas
	struct problem_options least;
	struct problem_options most;
	struct problem_options orders;
	struct problem_options solved; // empty for a guest
	struct problem_links difficulties;
	struct problem_links categories;
	struct problem_links all_tags;
	struct problem_links states; // empty for a guest
	struct problem_items problems;
	int64_t total;
	bool is_capped;
	bool is_filtered;
	struct url clear;
	struct page_steps steps;
	bool may_create;
	bool is_member;
	int64_t my_solved;
	int64_t my_tried;
};

/* What one side says in a dialogue; nobody where another pass begins. */
struct problem_turn {
	const char *who;
	const char *side; // "judge", "program" or "pass"
	struct span text;
};

struct problem_turns {
	const struct problem_turn *v;
	size_t n;
};

struct problem_sample {
	int64_t number;
	struct problem_turns turns; // of a dialogue, which stands for input and answer
	struct span input;
	struct span answer;
	struct span note; // SPAN_NONE: none
};

struct problem_samples {
	const struct problem_sample *v;
	size_t n;
};

struct problem_sent_item {
	struct url link;
	const char *verdict;
	const char *badge; // "ok", "bad" or "warn"
	struct span language;
	const char *at;
	const char *at_iso;
};

struct problem_sent_items {
	const struct problem_sent_item *v;
	size_t n;
};

struct problem_bar {
	struct span name;
	int64_t n;
	int64_t of; // the sum
};

struct problem_bars {
	const struct problem_bar *v;
	size_t n;
};

/* Which of a problem's pages one is on. */
enum problem_place {
	PROBLEM_AT_STATEMENT,
	PROBLEM_AT_TEXT,
	PROBLEM_AT_SETTINGS,
	PROBLEM_AT_TESTS,
	PROBLEM_AT_FILES,
	PROBLEM_AT_VERSIONS
};

/* The head that all pages of one problem have. */
struct problem_head {
	struct span title;
	struct url here; // the statement
	struct url edit; // NULL text: may not
	struct url text;
	struct url tests;
	struct url files; // NULL text: may not
	struct url versions;
	struct url remove; // where forms go
	struct url remove_test;
	struct url remove_file;
	struct url sign;
	struct url verify;
	struct url package;
	enum problem_place place;
	const char *state;
	const char *state_badge;
	bool is_busy; // it is verified just now
	const char *visibility;
};

struct problem_view {
	struct page_view page;
	struct problem_head head;
	struct span lang;
	struct html_safe statement;
	bool has_text;
	struct problem_links langs; // more than one only
	struct problem_links pdfs;
	struct problem_links files;
	struct problem_samples samples;
	bool is_interactive;
	bool is_scoring;
	bool wants_answers; // instead of a program
	const char *time;
	const char *memory;
	const char *code;
	int64_t difficulty;
	struct span category;
	struct problem_links tags;
	struct span author;
	struct span source;
	struct url source_url;
	struct span license;
	int64_t n_tried;
	int64_t n_solved;
	struct problem_bars verdicts;
	struct problem_bars languages;
	struct problem_sent_items sent;
	struct url submit; // NULL text: may not
	bool is_guest;
};

struct problem_work_item {
	struct url link;
	struct span title;
	struct span slug;
	const char *visibility;
	const char *state;
	const char *state_badge;
	struct span owner;
	int64_t number;
	int64_t n_tests;
	const char *changed;
	const char *changed_iso;
};

struct problem_work_items {
	const struct problem_work_item *v;
	size_t n;
};

struct problem_works_view {
	struct page_view page;
	struct problem_work_items problems;
	struct span words;
	bool is_jury; // sees everybody's
	bool mine_only;
	struct url mine; // only mine
	struct url previous;
	struct url next;
	bool is_first_page;
};

/* A statement that is typed in: of a new problem, or the next version of one. */
struct problem_text_view {
	struct page_view page;
	struct url action;
	struct problem_head head; // of an existing one
	bool is_new;
	struct span slug;
	struct span title;
	struct span lang;
	struct span markdown;
	struct problem_links langs;
	bool is_imported; // it was converted: what is typed in takes its place
	int64_t version;
	const char *error;
};

struct problem_edit_view {
	struct page_view page;
	struct problem_head head;
	struct span slug;
	struct problem_options visibilities;
	struct problem_options difficulties;
	struct span category;
	struct span tags;
	int64_t time_ms;
	int64_t memory_mib;
	int64_t output_kib;
	bool show_difference;
	bool may_delete;
	int64_t version;
	const char *error;
};

struct problem_test_item {
	struct span path;
	bool is_sample;
	bool is_static; // it reads sources: nothing to look at
	const char *input_size;
	const char *answer_size;
	struct url link;
};

struct problem_test_items {
	const struct problem_test_item *v;
	size_t n;
};

struct problem_tests_view {
	struct page_view page;
	struct problem_head head;
	struct problem_test_items tests;
	bool may_edit;
	int64_t version;
	struct span path; // of the form, as entered
	struct span input;
	struct span answer;
	const char *error;
};

struct problem_file_item {
	const char *kind; // "picture" or "attachment"
	struct span path;
	const char *size;
	struct url link;
};

struct problem_file_items {
	const struct problem_file_item *v;
	size_t n;
};

struct problem_files_view {
	struct page_view page;
	struct problem_head head;
	struct problem_file_items files;
	struct problem_options kinds;
	int64_t version;
	struct span path; // of the form, as entered
	const char *error;
};

struct problem_remark {
	struct span text;
};

struct problem_remarks {
	const struct problem_remark *v;
	size_t n;
};

struct problem_test_view {
	struct page_view page;
	struct problem_head head;
	struct span path;
	bool may_edit;
	bool is_long; // more than is shown; then it is replaced by upload only
	struct span input;
	struct span answer;
	struct url input_file;
	struct url answer_file;
	const char *input_size;
	const char *answer_size;
	struct problem_remarks remarks;
	int64_t version;
	const char *error;
};

struct problem_version_item {
	int64_t number;
	const char *at;
	const char *at_iso;
	struct span maker;
	struct span why;
	const char *state;
	const char *state_badge;
	int64_t n_tests;
	bool is_current;
};

struct problem_version_items {
	const struct problem_version_item *v;
	size_t n;
};

struct problem_solution_item {
	struct span path;
	struct span language;
	struct url link; // its submission; NULL text: none
	const char *outcome;
	const char *badge;
	struct span said;
};

struct problem_solution_items {
	const struct problem_solution_item *v;
	size_t n;
};

struct problem_versions_view {
	struct page_view page;
	struct problem_head head;
	struct problem_version_items versions;
	struct problem_solution_items solutions;
	const char *time;
	const char *suggested; // NULL: none
	struct span lapsed;    // why the last verification came to no end; SPAN_NONE: it did
	bool is_busy;          // the solutions are judged just now
	int64_t n_judged;
	bool may_be_offered; // to contests
	struct span signer;  // SPAN_NONE: nobody
	struct span signed_why;
	bool may_sign;
	bool may_verify;
	int64_t version;
	const char *error;
};

#endif
