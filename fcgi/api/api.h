#ifndef FCGI_API_API_H
#define FCGI_API_API_H

#include "fcgi/ctx.h"

struct api_doc;

/* Handlers that answer programs. The addresses and their rules: fcgi/routes.c. */
handler api_calendar;
handler api_cron_fetch;
handler api_events;
handler api_events_ticket;
handler api_health;
handler api_forgot;
handler api_register;
handler api_reset;
handler api_verify;
handler api_verify_post;
handler api_metrics;
handler api_jwks;
handler api_login;
handler api_refresh;
handler api_logout;
handler api_openapi;
handler api_profile;
handler api_profile_put;
handler api_sources;
handler api_submission;
handler api_submission_delete;
handler api_submission_result;
handler api_submission_send;
handler api_submissions_of_problem;
handler api_submissions_of_user;
handler api_tokens;
handler api_tokens_make;
handler api_tokens_revoke;
handler api_trial;
handler api_trial_build;
handler api_trial_execute;
handler api_trial_logs;
handler api_trial_result;
handler api_trial_test;
handler api_two_step;
handler api_users_search;
handler api_problems;
handler api_problems_make;
handler api_problems_search;
handler api_problems_suggest;
handler api_problem_categories;
handler api_problem_tags;
handler api_problem;
handler api_problem_put;
handler api_problem_delete;
handler api_testcase_validate;
handler api_testcases;
handler api_testcase_make;
handler api_testcase_put;
handler api_testcase_delete;

/* What each takes and answers; named on its route's line. */
extern const struct api_doc api_calendar_doc;
extern const struct api_doc api_cron_fetch_doc;
extern const struct api_doc api_events_doc;
extern const struct api_doc api_events_ticket_doc;
extern const struct api_doc api_health_doc;
extern const struct api_doc api_forgot_doc;
extern const struct api_doc api_register_doc;
extern const struct api_doc api_reset_doc;
extern const struct api_doc api_verify_doc;
extern const struct api_doc api_verify_post_doc;
extern const struct api_doc api_metrics_doc;
extern const struct api_doc api_jwks_doc;
extern const struct api_doc api_login_doc;
extern const struct api_doc api_refresh_doc;
extern const struct api_doc api_logout_doc;
extern const struct api_doc api_openapi_doc;
extern const struct api_doc api_profile_doc;
extern const struct api_doc api_profile_put_doc;
extern const struct api_doc api_sources_doc;
extern const struct api_doc api_submission_doc;
extern const struct api_doc api_submission_delete_doc;
extern const struct api_doc api_submission_result_doc;
extern const struct api_doc api_submission_send_doc;
extern const struct api_doc api_submissions_of_problem_doc;
extern const struct api_doc api_submissions_of_user_doc;
extern const struct api_doc api_tokens_doc;
extern const struct api_doc api_tokens_make_doc;
extern const struct api_doc api_tokens_revoke_doc;
extern const struct api_doc api_trial_doc;
extern const struct api_doc api_trial_build_doc;
extern const struct api_doc api_trial_execute_doc;
extern const struct api_doc api_trial_logs_doc;
extern const struct api_doc api_trial_result_doc;
extern const struct api_doc api_trial_test_doc;
extern const struct api_doc api_two_step_doc;
extern const struct api_doc api_users_search_doc;
extern const struct api_doc api_problems_doc;
extern const struct api_doc api_problems_make_doc;
extern const struct api_doc api_problems_search_doc;
extern const struct api_doc api_problems_suggest_doc;
extern const struct api_doc api_problem_categories_doc;
extern const struct api_doc api_problem_tags_doc;
extern const struct api_doc api_problem_doc;
extern const struct api_doc api_problem_put_doc;
extern const struct api_doc api_problem_delete_doc;
extern const struct api_doc api_testcase_validate_doc;
extern const struct api_doc api_testcases_doc;
extern const struct api_doc api_testcase_make_doc;
extern const struct api_doc api_testcase_put_doc;
extern const struct api_doc api_testcase_delete_doc;

#endif
