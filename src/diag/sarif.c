/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings for what shows those of many tools: SARIF 2.1.0 (OASIS). */
#include "findings.h"
#include "json.h"

#define SCHEMA \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/" \
	"sarif-schema-2.1.0.json"

/* ---- Strings ------------------------------------------------------------ */

/* Viewers fill in "{0}" and make links of "[text](target)" (3.11.5, 3.11.6);
 * what an input says shall do neither. */
static struct str literal(struct arena *a, struct str text)
{
	struct buf shown = buf_new(a), b = buf_new(a);
	struct str s;

	text_show(text, &shown);
	s = buf_get(&shown);
	for (size_t i = 0; i < s.n; i++) {
		buf_char(&b, s.s[i]);
		if (s.s[i] == '{' || s.s[i] == '}')
			buf_char(&b, s.s[i]);
		else if (s.s[i] == ']' && i + 1 < s.n && s.s[i + 1] == '(')
			buf_char(&b, ' ');
	}
	return buf_get(&b);
}

/* RFC 3986: what is no plain letter is encoded, so that no name can become a
 * scheme, an authority or a query. */
static struct str uri(struct arena *a, struct str file)
{
	struct buf b = buf_new(a);

	if (str_starts(file, "/"))
		buf_text(&b, "file://");
	for (size_t i = 0; i < file.n; i++) {
		char c = file.s[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    (c && strchr("-._~/", c)))
			buf_char(&b, c);
		else
			buf_format(&b, "%%%02X", (unsigned)(uint8_t)c);
	}
	return buf_get(&b);
}

static void put_message(struct json *j, const char *key, struct str text)
{
	json_put_object(j, key);
	json_put_str(j, "text", text);
	json_put_end(j);
}

/* ---- Rules -------------------------------------------------------------- */

static void put_rule(struct json *j, const struct rule_info *info)
{
	struct arena *a = j->out->arena;

	json_put_object(j, NULL);
	json_put_text(j, "id", info->slug);
	put_message(j, "shortDescription", literal(a, str_of(info->title)));
	json_put_object(j, "defaultConfiguration");
	json_put_text(j, "level", level_name(info->level));
	json_put_end(j);
	put_message(
		j, "help",
		str_format(a, "`dtassign explain %s` shows the page of this rule.", info->slug));
	json_put_object(j, "properties");
	json_put_text(j, "category", category_name(info->category));
	json_put_text(j, "relax", relax_name(info->relax));
	json_put_text(j, "since", info->since);
	json_put_str(j, "page", str_format(a, "docs/rules/%s.md", info->slug));
	json_put_array(j, "tags");
	json_put_text(j, NULL, category_name(info->category));
	json_put_end(j);
	json_put_end(j);
	json_put_end(j);
}

static void put_tool(struct json *j)
{
	json_put_object(j, "tool");
	json_put_object(j, "driver");
	json_put_text(j, "name", "dtassign");
	json_put_text(j, "semanticVersion", DTASSIGN_VERSION);
	json_put_array(j, "rules");
	for (unsigned i = 0; i < NRULES; i++)
		put_rule(j, rule_get((enum rule)i));
	json_put_end(j);
	json_put_end(j);
	json_put_end(j);
}

/* ---- Places ------------------------------------------------------------- */

static void put_region(struct json *j, const struct place *at)
{
	struct columns c;

	json_put_object(j, "region");
	json_put_number(j, "startLine", at->line);
	if (place_columns(at, &c)) {
		json_put_number(j, "startColumn", c.first);
		json_put_number(j, "endColumn", c.end);
		json_put_number(j, "byteOffset", at->order);
		json_put_number(j, "byteLength", c.nbytes);
	}
	json_put_end(j);
}

static void put_physical(struct json *j, const struct place *at)
{
	json_put_object(j, "physicalLocation");
	json_put_object(j, "artifactLocation");
	json_put_str(j, "uri", uri(j->out->arena, at->file));
	json_put_end(j);
	if (at->kind == PLACE_TEXT)
		put_region(j, at);
	json_put_end(j);
}

static void put_logical(struct json *j, const struct place *at)
{
	struct str node = str_from(at->path, str_find_last(at->path, '/') + 1);
	struct buf full = buf_new(j->out->arena);

	buf_str(&full, at->path);
	if (at->property.n)
		buf_format(&full, ":%.*s", STR_ARG(at->property));
	if (at->cell >= 0)
		buf_format(&full, "[%d]", (int)at->cell);
	json_put_array(j, "logicalLocations");
	json_put_object(j, NULL);
	json_put_str(j, "name", at->property.n ? at->property : node.n ? node : at->path);
	json_put_str(j, "fullyQualifiedName", buf_get(&full));
	json_put_text(j, "kind", at->property.n ? "property" : "object");
	json_put_end(j);
	json_put_end(j);
}

static void put_location(struct json *j, const struct place *at)
{
	json_put_object(j, NULL);
	put_physical(j, at);
	if (at->kind == PLACE_TREE)
		put_logical(j, at);
	if (at->says.n)
		put_message(j, "message", literal(j->out->arena, at->says));
	json_put_end(j);
}

static void put_places(struct json *j, const struct diag *d, const struct finding *f)
{
	struct place main = finding_at(f);

	/* Some viewers refuse a result without a place (GitHub does); that of
	 * the command line is shown at the first input. */
	if (main.kind == PLACE_NONE) {
		main = place_file(d->first_file);
		main.says = STR("the command line");
	}
	json_put_array(j, "locations");
	if (main.file.n)
		put_location(j, &main);
	json_put_end(j);
	json_put_array(j, "relatedLocations");
	for (size_t i = 1; i < f->places.n; i++)
		put_location(j, &f->places.v[i]);
	json_put_end(j);
}

/* ---- Results ------------------------------------------------------------ */

static struct str message_of(struct arena *a, const struct finding *f)
{
	struct buf b = buf_new(a);

	buf_str(&b, literal(a, f->text));
	for (size_t i = 0; i < f->notes.n; i++) {
		buf_text(&b, "\nnote: ");
		buf_str(&b, literal(a, f->notes.v[i]));
	}
	for (size_t i = 0; i < f->helps.n; i++) {
		buf_text(&b, "\nhelp: ");
		buf_str(&b, literal(a, f->helps.v[i]));
	}
	return buf_get(&b);
}

static void put_suppressions(struct json *j, const struct finding *f)
{
	json_put_array(j, "suppressions");
	if (f->allowed) {
		json_put_object(j, NULL);
		json_put_text(j, "kind", "inSource");
		json_put_text(j, "status", "accepted");
		json_put_str(j, "justification", f->reason.n ? f->reason : STR("no reason given"));
		json_put_end(j);
	}
	json_put_end(j);
}

static void put_result(struct json *j, const struct diag *d, const struct finding *f)
{
	struct arena *a = j->out->arena;

	json_put_object(j, NULL);
	json_put_text(j, "ruleId", rule_get(f->rule)->slug);
	json_put_number(j, "ruleIndex", f->rule);
	json_put_text(j, "level", level_name(f->level));
	put_message(j, "message", message_of(a, f));
	put_places(j, d, f);
	put_suppressions(j, f);
	json_put_object(j, "partialFingerprints");
	json_put_str(j, "finding/v1",
		     str_format(a, "%016llx", (unsigned long long)finding_fingerprint(f)));
	json_put_end(j);
	if (f->guest.n || f->subject.n) {
		json_put_object(j, "properties");
		json_put_str_or_null(j, "guest", f->guest);
		json_put_str_or_null(j, "subject", f->subject);
		json_put_end(j);
	}
	json_put_end(j);
}

void diag_sarif(const struct diag *d, struct buf *out)
{
	struct json j = json_to(out);

	BUG_ON(!d->settled);
	json_put_object(&j, NULL);
	json_put_text(&j, "$schema", SCHEMA);
	json_put_text(&j, "version", "2.1.0");
	json_put_array(&j, "runs");
	json_put_object(&j, NULL);
	put_tool(&j);
	json_put_text(&j, "columnKind", "unicodeCodePoints");
	json_put_array(&j, "results");
	for (size_t i = 0; i < diag_count(d); i++)
		put_result(&j, d, diag_get(d, i));
	json_put_end(&j);
	json_put_end(&j);
	json_put_end(&j);
	json_put_end(&j);
}
