/* SPDX-License-Identifier: BSD-2-Clause */
#include "deferral.h"

struct deferred {
	uint32_t *next; /* per item; UINT32_MAX ends the list */
	uint32_t first;
};

/* The first pass prepends, so retries begin with the last one deferred. */
static bool first_pass(uint32_t nitems, probe_init *init, void *arg, struct deferred *list,
		       struct deferral *result, uint32_t *nok)
{
	result->npasses = 1;
	for (uint32_t i = 0; i < nitems; i++) {
		enum probe_code code = init(arg, i, 1);

		result->nreached = i + 1;
		if (code == PROBE_OK) {
			(*nok)++;
		} else if (code == PROBE_AGAIN) {
			list->next[i] = list->first;
			list->first = i;
		} else if (code == PROBE_FAILED) {
			result->code = code;
			return false;
		}
	}
	return true;
}

/* One walk over the deferred list; unlike in the first pass even -ENODEV and
 * -EBADF end the set-up. */
static bool retry_pass(probe_init *init, void *arg, struct deferred *list, struct deferral *result,
		       uint32_t *nok)
{
	uint32_t *link = &list->first;

	result->npasses++;
	*nok = 0;
	while (*link != UINT32_MAX) {
		uint32_t item = *link;

		result->code = init(arg, item, result->npasses);
		if (result->code == PROBE_OK) {
			(*nok)++;
			*link = list->next[item];
		} else if (result->code == PROBE_AGAIN) {
			link = &list->next[item];
		} else {
			return false;
		}
	}
	return true;
}

struct deferral deferral_run(struct arena *a, uint32_t nitems, probe_init *init, void *arg)
{
	struct deferral result = { .code = PROBE_OK };
	struct deferred list = { ARENA_ARRAY(a, uint32_t, nitems), UINT32_MAX };
	uint32_t nok = 0;

	if (!first_pass(nitems, init, arg, &list, &result, &nok))
		return result;
	if (nok == 0) {
		result.code = list.first == UINT32_MAX ? PROBE_NODEV : PROBE_AGAIN;
		return result;
	}
	/* A pass without progress is the last one: it leaves -EAGAIN behind. */
	while (list.first != UINT32_MAX && nok > 0)
		if (!retry_pass(init, arg, &list, &result, &nok))
			return result;
	return result;
}
