/* Every kind of job and its function; queue, limits and retry rule are in lib/model/job_kind.c. */
#include "jobs/kind.h"

const struct kind kinds[] = {
	{ "account.delete", kind_account_delete },
	{ "fetch.source", kind_fetch_source },
	{ "fetch.due", kind_fetch_due },
	{ "fetch.all", kind_fetch_all },
	{ "alert.watch", kind_alert_watch },
	{ "alert.send", kind_alert_send },
	{ "audit.verify", kind_audit_verify },
	{ "calendar.sync", kind_calendar_sync },
	{ "calendar.leave", kind_calendar_leave },
	{ "calendar.tend", kind_calendar_tend },
	{ "account.letter", kind_account_letter },
	{ "mail.send", kind_mail_send },
	{ "mail.given_up", kind_mail_given_up },
	{ "judge.build", kind_judge_build },
	{ "judge.run", kind_judge_run },
	{ "judge.trial", kind_judge_trial },
	{ "judge.trial_over", kind_judge_trial_over },
	{ "judge.given_up", kind_judge_given_up },
	{ "handle.prove", kind_handle_prove },
	{ "member.sync", kind_member_sync },
	{ "member.contest", kind_member_contest },
	{ "member.missed", kind_member_missed },
	{ "member.remind", kind_member_remind },
	{ "member.sweep", kind_member_sweep },
	{ "problem.import", kind_problem_import },
	{ "problem.verify", kind_problem_verify },
	{ "problem.verify_over", kind_problem_verify_over },
	{ "maintenance.purge", kind_maintenance_purge },
};
const size_t n_kinds = countof(kinds);
