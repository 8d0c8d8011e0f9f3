/* One list for all programs, so that none goes on with what another refuses. */
#include "model/startup.h"

#include "auth/envelope.h"
#include "db/db.h"
#include "net/caldav.h"
#include "net/redis.h"
#include "net/smtp.h"

int startup_check(const struct config *conf, struct err *e)
{
	if (db_check(conf, e) != 0 || redis_check(conf, e) != 0 || envelope_check(conf, e) != 0)
		return -1;
	if (smtp_check(conf, e) != 0)
		return -1;
	return caldav_check(conf, e);
}
