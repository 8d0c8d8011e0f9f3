#ifndef FCGI_PAGE_PAGE_H
#define FCGI_PAGE_PAGE_H

#include <stdbool.h>

#include "base/span.h"
#include "fcgi/ctx.h"

/* Handlers of pages. The addresses and their rules: fcgi/routes.c. */
handler page_home;
handler page_submit; // a program for a problem
handler page_submit_post;
handler page_submission;
handler page_submission_live; // the part of it that changes while it is judged
handler page_submission_source;
handler page_submission_hide;
handler page_submissions; // a member's own
handler page_jury_submissions;
handler page_imports; // packages, and the form to send one in
handler page_import_post;
handler page_import;
handler page_rejudges;
handler page_rejudge_new; // the form
handler page_rejudge_post;
handler page_rejudge;
handler page_rejudge_apply;
handler page_rejudge_drop;
handler page_tokens;
handler page_tokens_make;
handler page_tokens_revoke;
handler page_api;      // the JSON API, described for people
handler page_calendar; // list, or month by the parameter view
handler page_month;
handler page_contest;
handler page_event; // one contest as .ics
handler page_feed;
handler page_sources;
handler page_sources_fetch;
handler page_preferences;
handler page_zone;
handler page_theme;
handler page_signin;
handler page_register;
handler page_register_post;
handler page_verify; // another mail to confirm an address
handler page_verify_post;
handler page_forgot;
handler page_forgot_post;
handler page_verify_link; // links from mails
handler page_verify_link_post;
handler page_reset;
handler page_reset_post;
handler page_unlock;
handler page_unlock_post;
handler page_email_link;
handler page_email_link_post;
handler page_password;
handler page_password_post;
handler page_email;
handler page_email_post;
handler page_signin_post;
handler page_signout_post;
handler page_profile;
handler page_profile_post;
handler page_signin_code;
handler page_signin_code_post;
handler page_two_step;
handler page_two_step_begin;
handler page_two_step_confirm;
handler page_two_step_codes;
handler page_two_step_off;
handler page_data;
handler page_data_export;
handler page_data_delete;
handler page_goodbye;
handler page_devices;
handler page_devices_end;
handler page_devices_end_others;
handler page_devices_end_program;
handler page_devices_end_all;
handler page_google_start; // to the consent page, for signing in
handler page_google_link;
handler page_google_calendar;
handler page_google_callback;
handler page_accounts;
handler page_accounts_google_remove;

/* Of admins. */
handler page_admin;
handler page_admin_users;
handler page_admin_user;
handler page_admin_user_roles;
handler page_admin_user_lock;
handler page_admin_user_unlock;
handler page_admin_user_sign_out;
handler page_admin_user_reset;
handler page_admin_jobs;
handler page_admin_job_retry;
handler page_admin_job_discard;
handler page_admin_queue_set;
handler page_admin_queue_pause;
handler page_admin_queue_resume;
handler page_admin_audit;
handler page_admin_judges;
handler page_admin_mail;
handler page_admin_mail_again;
handler page_admin_mail_discard;

/* The sign-in form, again with what was entered and what was wrong with it. */
struct signin_again {
	struct span back;
	struct span email;
	const char *error; // NULL: none
	bool offers_link;  // that confirms an address, with the error
};
int page_signin_show(struct ctx *c, const struct signin_again *again, struct err *e);

handler page_dashboard, page_sync;
handler page_calendars, page_calendars_caldav, page_calendars_feed, page_calendars_style;
handler page_calendars_leave, page_calendars_renew, page_private_feed;

/* Rooms. */
handler page_rooms, page_rooms_history, page_room_ratings, page_room_contract;
handler page_room_new, page_room_new_post;
handler page_room, page_room_join, page_room_leave, page_room_begin, page_room_off;
handler page_room_rematch, page_room_sync, page_room_invite, page_room_invite_post;

/* Problems. */
handler page_problems;
handler page_problems_mine;
handler page_problem_new;
handler page_problem_new_post;
handler page_problem;
handler page_problem_picture;
handler page_problem_attachment;
handler page_problem_statement;
handler page_problem_text;
handler page_problem_text_post;
handler page_problem_edit;
handler page_problem_edit_post;
handler page_problem_delete;
handler page_problem_files;
handler page_problem_files_post;
handler page_problem_files_delete;
handler page_problem_tests;
handler page_problem_tests_post;
handler page_problem_tests_delete;
handler page_problem_test;
handler page_problem_versions;
handler page_problem_package;
handler page_problem_verify;
handler page_problem_sign;

/* Members. */
handler page_members, page_members_export;
handler page_leaderboard;
handler page_compare;
handler page_member, page_member_sync;
handler page_member_new, page_member_new_post;
handler page_member_edit, page_member_edit_post, page_member_delete;
handler page_member_import, page_member_import_post, page_member_report, page_member_report_file;
handler page_member_groups, page_member_groups_post, page_member_group, page_member_group_post;
handler page_member_group_delete, page_member_coach_add, page_member_coach_remove;
handler page_reminders, page_reminder_stop, page_reminder_stop_post;
handler page_sweep, page_sweep_post, page_sweep_stop;
handler page_codeforces_start, page_codeforces_callback;
handler page_handle, page_handle_post, page_handle_drop, page_handle_choices;

#endif
