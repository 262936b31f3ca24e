/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of single keys: those of xl, and ours. */
#include "request_fixture.h"

/* ---- dtdev, irqs, iomem -------------------------------------------------------- */

static void dtdev(void **state)
{
	(void)state;
	assert_true(read_guest("dtdev = [ '/soc/a@1', \"&b\", c ]\n") == false);
	assert_int_equal(guest->ndevices, 3);
	assert_str(guest->devices[0].text, "/soc/a@1");
	assert_str(guest->devices[2].text, "c");
	ASSERT_FINDINGS({ "config-syntax", 1, 29, 1, NULL, "quotes" }, );
}

static void wrong_dtdev(void **state)
{
	struct buf text;

	(void)state;
	ASSERT_ROWS({ "dtdev = [ '' ]\n",
		      { "bad-entry", 1, 11, 2,
			"expected a device in `dtdev`, found an empty string", "remove" } }, );
	text = buf_new(arena);
	buf_text(&text, "dtdev = [ '");
	buf_fill(&text, '/', LIMIT_PATH + 1);
	buf_text(&text, "' ]\n");
	read_guest(buf_get(&text).s);
	assert_int_equal(guest->ndevices, 0);
	ASSERT_FINDINGS({ "bad-entry", 1, 12, LIMIT_PATH + 1,
			  "expected a device in `dtdev`, found 4097 bytes", NULL }, );
}

/* xl: strtoul in base 10, the whole of it, below 2^32 - 1. */
static void irqs(void **state)
{
	(void)state;
	assert_true(read_guest("irqs = [ 112, '113', ' +0114', 0115 ]\n"));
	assert_int_equal(guest->nirqs, 4);
	assert_int_equal(guest->irqs[0].intid, 112);
	assert_int_equal(guest->irqs[1].intid, 113);
	assert_int_equal(guest->irqs[2].intid, 114);
	assert_int_equal(guest->irqs[3].intid, 115); /* no octal here */
	assert_int_equal(guest->irqs[1].word.at.col, 16);
	ASSERT_CLEAN();
}

static void wrong_irqs(void **state)
{
	(void)state;
	ASSERT_ROWS({ "irqs = [ 0x70 ]\n",
		      { "bad-entry", 1, 10, 4, "expected a decimal number in `irqs`, found `0x70`",
			"decimal: write 112" } },
		    { "irqs = [ '112 ' ]\n", { "bad-entry", 1, 11, 4, NULL, NULL } },
		    { "irqs = [ '' ]\n", { "bad-entry", 1, 10, 2, NULL, NULL } },
		    { "irqs = [ '-1' ]\n", { "bad-entry", 1, 11, 2, NULL, "SPI 0 being 32" } },
		    { "irqs = [ 4294967295 ]\n",
		      { "bad-entry", 1, 10, 10,
			"expected an interrupt number in `irqs`, found 4294967295, which no GIC "
			"has",
			NULL } },
		    { "irqs = [ 99999999999999999999999 ]\n",
		      { "bad-entry", 1, 10, 23, NULL, NULL } }, );
	read_guest("irqs = [ 0x70, 112 ]\n"); /* the others count all the same */
	assert_int_equal(guest->nirqs, 1);
}

/* xl: sscanf "%x,%x@%x", which takes blanks before a number only. */
static void iomem(void **state)
{
	static const struct {
		const char *text;
		uint64_t mfn, count, gfn;
		bool has_gfn;
	} rows[] = {
		{ "ff0e0,1", 0xff0e0, 1, 0xff0e0, false },
		{ "0xff0e0,10@0x3a000", 0xff0e0, 16, 0x3a000, true },
		{ " FF0, 0X2@ 5", 0xff0, 2, 5, true },
		{ "0,1@0", 0, 1, 0, true },
		{ "fffffffffffff,1", 0xfffffffffffff, 1, 0xfffffffffffff, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		start_over();
		assert_true(read_guest(str_format(arena, "iomem = [ '%s' ]\n", rows[i].text).s));
		assert_int_equal(guest->niomem, 1);
		assert_int_equal(guest->iomem[0].mfn, rows[i].mfn);
		assert_int_equal(guest->iomem[0].count, rows[i].count);
		assert_int_equal(guest->iomem[0].gfn, rows[i].gfn);
		assert_int_equal(guest->iomem[0].has_gfn, rows[i].has_gfn);
		assert_int_equal(guest->iomem[0].word.at.col, 12);
		ASSERT_CLEAN();
	}
}

static void wrong_iomem(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "iomem = [ 'ff0' ]\n",
		  { "bad-entry", 1, 12, 3,
		    "expected \"MFN,COUNT\" or \"MFN,COUNT@GFN\" in `iomem`, found `ff0`",
		    "number of pages" } },
		{ "iomem = [ 'ff0 ,1' ]\n", { "bad-entry", 1, 15, 3, NULL, "blank before" } },
		{ "iomem = [ 'ff0,1 ' ]\n", { "bad-entry", 1, 17, 1, NULL, "blank at the end" } },
		{ "iomem = [ 'ff0,' ]\n", { "bad-entry", 1, 12, 4, NULL, "number of pages" } },
		{ "iomem = [ 'ff0,1@' ]\n", { "bad-entry", 1, 12, 6, NULL, "behind the @" } },
		{ "iomem = [ 'ff0,1@5,2' ]\n", { "bad-entry", 1, 19, 2, NULL, "one range an" } },
		{ "iomem = [ '-1,1' ]\n", { "bad-entry", 1, 12, 4, NULL, "without sign" } },
		{ "iomem = [ 'xyz' ]\n", { "bad-entry", 1, 12, 3, NULL, "address / 4096" } },
		{ "iomem = [ '11112222333344445,1' ]\n", { "bad-entry", 1, 12, 19, NULL, NULL } },
		{ "iomem = [ 'ff0,0' ]\n",
		  { "bad-entry", 1, 12, 5, "expected at least one page in `iomem`, found 0",
		    NULL } },
		{ "iomem = [ 'fffffffffffff,2' ]\n",
		  { "bad-entry", 1, 12, 15, NULL, "page frame numbers" } },
		{ "iomem = [ '0,2@fffffffffffff' ]\n", { "bad-entry", 1, 12, 17, NULL, NULL } },
		{ "iomem = [ 'ff0,ffffffffffffffff' ]\n",
		  { "bad-entry", 1, 12, 20, NULL, NULL } }, );
}

static void device_tree(void **state)
{
	(void)state;
	assert_true(read_guest("device_tree = 'sub/x.dtb'\n"));
	assert_str(guest->device_tree.text, "sub/x.dtb");
	ASSERT_CLEAN();
}

/* ---- What takes room in the guest ----------------------------------------------- */

static void memory(void **state)
{
	(void)state;
	assert_true(read_guest("memory = 512\n"));
	assert_int_equal(guest->memory_mib, 512);
	assert_int_equal(guest->maxmem_mib, 512);
	assert_true(read_guest("maxmem = 1024\nmemory = '0x200'\n"));
	assert_int_equal(guest->memory_mib, 512);
	assert_int_equal(guest->maxmem_mib, 1024);
	assert_int_equal(guest->maxmem_at.line, 1);
	assert_true(read_guest("maxmem = 1024\n"));
	assert_int_equal(guest->memory_mib, 1024);
	ASSERT_CLEAN();
}

static void guest_hardware(void **state)
{
	(void)state;
	assert_true(
		read_guest("vuart = 'SBSA_uart'\ngic_version = \"V3\"\nvcpus = 2\nmaxvcpus = 4\n"
			   "nr_spis = 0x40\npassthrough = 'enabled'\npci = [ '0:1.0', '0:2.0' ]\n"
			   "arm_sci = 'type=SCMI_smc'\n"));
	assert_true(guest->vuart);
	assert_int_equal(guest->gic_version, 3);
	assert_int_equal(guest->vcpus, 4);
	assert_int_equal(guest->vcpus_at.line, 4);
	assert_int_equal(guest->nr_spis, 64);
	assert_int_equal(guest->passthrough, PASSTHROUGH_ENABLED);
	assert_int_equal(guest->npci, 2);
	assert_int_equal(guest->pci_at.col, 10);
	ASSERT_CLEAN();
}

/* libxl_arm.c: disks of specification virtio, virtio devices of transport mmio. */
static void virtio(void **state)
{
	(void)state;
	assert_true(read_guest(
		"disk = [ 'phy:/dev/a,xvda,w', 'vdev=xvdb, specification=virtio,target=x',\n"
		"  'vdev=xvdc,target=specification=virtio' ]\n"
		"virtio = [ 'type=virtio,device22, transport=MMIO',\n"
		"  'transport=unknown,type=virtio,device22', 'type=x' ]\n"));
	assert_int_equal(guest->nvirtio, 2);
	assert_int_equal(guest->virtio_at.line, 1);
	assert_int_equal(guest->virtio_at.col, 32);
	ASSERT_CLEAN();
}

static void wrong_values(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "vuart = 'sbsa-uart'\n",
		  { "bad-value", 1, 10, 9,
		    "expected `sbsa_uart` or `unknown` for `vuart`, found `sbsa-uart`",
		    "did you mean `sbsa_uart`?" } },
		{ "gic_version = 3\n",
		  { "bad-value", 1, 15, 1,
		    "expected `default`, `v2` or `v3` for `gic_version`, found `3`", "one of" } },
		{ "passthrough = 'yes'\n", { "bad-value", 1, 16, 3, NULL, NULL } },
		{ "memory = 0\n",
		  { "bad-value", 1, 10, 1, "expected 1 or more for `memory`, found `0`", NULL } },
		{ "memory = '-5'\n", { "bad-value", 1, 11, 2, NULL, NULL } },
		{ "maxmem = 9223372036854775807\n", { "bad-value", 1, 10, 19, NULL, NULL } },
		{ "nr_spis = 4294967295\n", { "bad-value", 1, 11, 10, NULL, NULL } },
		{ "arm_sci = 'type=scmi'\n",
		  { "bad-value", 1, 12, 9,
		    "expected `none` or `scmi_smc` as type in `arm_sci`, found `scmi`", NULL } },
		{ "arm_sci = 'scmi_smc'\n",
		  { "xl-ignores", 1, 12, 8, "xl passes over `scmi_smc` in `arm_sci` without a word",
		    "type=scmi_smc" } },
		{ "arm_sci = ' type=scmi_smc'\n", { "xl-ignores", 1, 12, 14, NULL, NULL } },
		{ "arm_sci = [ 'type=scmi_smc' ]\n", { "xl-ignores", 1, 11, 19, NULL, NULL } },
		{ "unprotected = 'warm'\n",
		  { "bad-value", 1, 16, 4, NULL, "did you mean `warn`?" } },
		{ "guest_os = 'Linux'\n",
		  { "bad-value", 1, 13, 5, NULL, "did you mean `linux`?" } },
		{ "xen_target = 'domless'\n",
		  { "bad-value", 1, 15, 7,
		    "expected `xl` or `dom0less` for `xen_target`, found "
		    "`domless`",
		    "did you mean `dom0less`?" } },
		{ "direct_map = 2\n", { "bad-value", 1, 14, 1, NULL, NULL } }, );
}

/* ---- Ours ---------------------------------------------------------------------- */

static void reasons(void **state)
{
	(void)state;
	assert_true(read_guest("force_assign = [ '/soc/a@1: no DMA: checked', '&b: x' ]\n"
			       "withhold = [ 'alias0 :  spare ' ]\n"
			       "force_assign_without_iommu = 'bench only'\n"
			       "platform_iommu_safe = 'reviewed'\n"));
	assert_int_equal(guest->nforces, 2);
	assert_str(guest->forces[0].device.text, "/soc/a@1");
	assert_int_equal(guest->forces[0].device.at.col, 19);
	assert_int_equal(guest->forces[0].device.at.len, 8);
	assert_str(guest->forces[0].reason, "no DMA: checked");
	assert_str(guest->withholds[0].device.text, "alias0");
	assert_str(guest->withholds[0].reason, "spare");
	assert_true(guest->force_all);
	assert_str(guest->force_all_reason, "bench only");
	assert_true(guest->platform_safe);
	assert_str(guest->platform_safe_reason, "reviewed");
	ASSERT_CLEAN();
}

static void no_reasons(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "force_assign = [ '/a' ]\n",
		  { "missing-reason", 1, 19, 2, "expected a reason, found none", "append `: `" } },
		{ "withhold = [ '/a:' ]\n", { "missing-reason", 1, 15, 3, NULL, NULL } },
		{ "withhold = [ '/a: ' ]\n", { "missing-reason", 1, 15, 4, NULL, NULL } },
		{ "platform_iommu_safe = ''\n", { "missing-reason", 1, 23, 2, NULL, NULL } },
		{ "allow = [ 'shared-page /a' ]\n", { "missing-reason", 1, 12, 14, NULL, NULL } },
		{ "allow = [ 'shared-page /a:' ]\n", { "missing-reason", 1, 12, 15, NULL, NULL } },
		{ "decide = [ '/a clocks = drop:' ]\n",
		  { "missing-reason", 1, 13, 17, NULL, NULL } },
		{ "decide = [ '/a clocks = drop' ]\n",
		  { "missing-reason", 1, 13, 16, NULL, NULL } },
		{ "force_assign_without_iommu = 'No'\n",
		  { "bad-value", 1, 31, 2,
		    "expected a reason for `force_assign_without_iommu`, found `No`",
		    "leave the key out" } },
		{ "withhold = [ ': why' ]\n",
		  { "bad-entry", 1, 15, 5, "expected a device in `withhold`, found `: why`",
		    NULL } }, );
	/* Honoured all the same. */
	read_guest("force_assign = [ '/a:' ]\nplatform_iommu_safe = ''\n");
	assert_str(guest->forces[0].device.text, "/a");
	assert_true(guest->platform_safe);
}

static void allow(void **state)
{
	(void)state;
	assert_true(
		read_guest("allow = [ 'shared-page /soc/a: one driver', 'not-marked  &b : x' ]\n"));
	assert_int_equal(guest->nallows, 2);
	assert_int_equal(guest->allows[0].rule, RULE_SHARED_PAGE);
	assert_str(guest->allows[0].device.text, "/soc/a");
	assert_int_equal(guest->allows[0].device.at.col, 24);
	assert_str(guest->allows[0].reason, "one driver");
	assert_str(guest->allows[1].device.text, "&b");
	ASSERT_CLEAN();
}

static void wrong_allow(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "allow = [ 'shared-page: why' ]\n",
		  { "bad-entry", 1, 12, 16,
		    "expected a rule and a device in `allow`, found `shared-page: why`", NULL } },
		{ "allow = [ 'shared-pag /a: why' ]\n",
		  { "unknown-rule", 1, 12, 10, NULL, "did you mean `shared-page`?" } },
		{ "allow = [ 'zzzzzzzzzzzz /a: why' ]\n",
		  { "unknown-rule", 1, 12, 12, NULL, "lists all rules" } },
		{ "allow = [ 'split-group /a: why' ]\n",
		  { "cannot-allow", 1, 12, 11, NULL, NULL } }, );
}

static void iomem_map(void **state)
{
	const struct iomem_map_word *m;

	(void)state;
	assert_true(read_guest("iomem_map = [ 'ff0e0:0x40000', '/soc/a@1:3a000', '&b[2]:1', "
			       "'/c:d@1:5' ]\n"));
	assert_int_equal(guest->nmaps, 4);
	m = guest->maps;
	assert_false(m[0].by_path);
	assert_int_equal(m[0].mfn, 0xff0e0);
	assert_int_equal(m[0].gfn, 0x40000);
	assert_true(m[1].by_path);
	assert_str(m[1].path, "/soc/a@1");
	assert_int_equal(m[1].index, -1);
	assert_int_equal(m[1].gfn, 0x3a000);
	assert_str(m[2].path, "&b");
	assert_int_equal(m[2].index, 2);
	assert_str(m[3].path, "/c:d@1");
	ASSERT_CLEAN();
}

static void wrong_iomem_map(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "iomem_map = [ 'ff0' ]\n", { "bad-entry", 1, 16, 3, NULL, "MFN:GFN" } },
		{ "iomem_map = [ ':5' ]\n", { "bad-entry", 1, 16, 2, NULL, NULL } },
		{ "iomem_map = [ '/a:zz' ]\n",
		  { "bad-entry", 1, 19, 2,
		    "expected a guest page frame number in hex in `iomem_map`, found `zz`",
		    NULL } },
		{ "iomem_map = [ '/a[x]:5' ]\n", { "bad-entry", 1, 16, 5, NULL, NULL } },
		{ "iomem_map = [ '/a[]:5' ]\n", { "bad-entry", 1, 16, 4, NULL, NULL } },
		{ "iomem_map = [ '[1]:5' ]\n", { "bad-entry", 1, 16, 3, NULL, NULL } },
		{ "iomem_map = [ '5:10000000000000' ]\n", { "bad-entry", 1, 18, 14, NULL, NULL } },
		{ "iomem_map = [ '10000000000000:5' ]\n",
		  { "bad-entry", 1, 16, 14, NULL, NULL } }, );
}

static void decide(void **state)
{
	const struct decision *d;

	(void)state;
	assert_true(read_guest("decide = [ '/soc/a clocks[1] = stub 24000000: crystal',\n"
			       "  '&b vmmc-supply=drop: always on', '/c resets = keep: r',\n"
			       "  'd phys[0] = pull: r', 'e clocks = stub: r', "
			       "'f a,b#+?._-9 = stub 0x10: r' ]\n"));
	assert_int_equal(guest->ndecisions, 6);
	d = guest->decisions;
	assert_str(d[0].device.text, "/soc/a");
	assert_int_equal(d[0].device.at.col, 13);
	assert_str(d[0].property, "clocks");
	assert_int_equal(d[0].index, 1);
	assert_int_equal(d[0].verb, DECIDE_STUB);
	assert_true(d[0].has_value);
	assert_int_equal(d[0].value, 24000000);
	assert_str(d[0].reason, "crystal");
	assert_str(d[1].property, "vmmc-supply");
	assert_int_equal(d[1].index, -1);
	assert_int_equal(d[1].verb, DECIDE_DROP);
	assert_int_equal(d[2].verb, DECIDE_KEEP);
	assert_int_equal(d[3].verb, DECIDE_PULL);
	assert_int_equal(d[3].index, 0);
	assert_false(d[4].has_value);
	assert_int_equal(d[5].value, 16);
	assert_string_equal(decide_verb_name(DECIDE_STUB), "stub");
	ASSERT_CLEAN();
}

static void wrong_decide(void **state)
{
	(void)state;
	ASSERT_ROWS(
		{ "decide = [ '/a clocks: r' ]\n",
		  { "bad-entry", 1, 13, 12,
		    "expected `=` and a verb in `decide`, found `/a clocks: r`", "VERB" } },
		{ "decide = [ 'clocks = drop: r' ]\n",
		  { "bad-entry", 1, 13, 6,
		    "expected a device and one of its properties in `decide`, found `clocks`",
		    NULL } },
		{ "decide = [ '/a clo(ks = drop: r' ]\n",
		  { "bad-entry", 1, 16, 6,
		    "expected PROPERTY or PROPERTY[INDEX] in `decide`, found `clo(ks`", NULL } },
		{ "decide = [ '/a clocks[x] = drop: r' ]\n",
		  { "bad-entry", 1, 16, 9, NULL, NULL } },
		{ "decide = [ '/a clocks[1 = drop: r' ]\n", { "bad-entry", 1, 16, 8, NULL, NULL } },
		{ "decide = [ '/a clocks = drpo: r' ]\n",
		  { "bad-entry", 1, 25, 4, "expected a verb in `decide`, found `drpo`",
		    "did you mean `drop`?" } },
		{ "decide = [ '/a clocks = : r' ]\n", { "bad-entry", 0, 0, 0, NULL, NULL } },
		{ "decide = [ '/a clocks = drop 5: r' ]\n",
		  { "bad-entry", 1, 30, 1, "expected nothing behind `drop`, found `5`",
		    "remove" } },
		{ "decide = [ '/a clocks = stub 24MHz: r' ]\n",
		  { "bad-entry", 1, 30, 5, "expected a number behind `stub`, found `24MHz`",
		    "Hz" } }, );
}

static void direct_map(void **state)
{
	(void)state;
	assert_true(read_guest("direct_map = 1\nguest_os = 'other'\nxen_target = 'dom0less'\n"
			       "unprotected = 'refuse'\n"));
	assert_true(guest->direct_map);
	assert_int_equal(guest->direct_map_at.col, 14);
	assert_int_equal(guest->os, GUEST_OS_OTHER);
	assert_int_equal(guest->target, TARGET_DOM0LESS);
	assert_int_equal(guest->unprotected, UNPROTECTED_REFUSE);
	assert_true(read_guest("direct_map = 0\n"));
	assert_false(guest->direct_map);
	ASSERT_CLEAN();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dtdev),           TEST(wrong_dtdev), TEST(irqs),         TEST(wrong_irqs),
		TEST(iomem),           TEST(wrong_iomem), TEST(device_tree),  TEST(memory),
		TEST(guest_hardware),  TEST(virtio),      TEST(wrong_values), TEST(reasons),
		TEST(no_reasons),      TEST(allow),       TEST(wrong_allow),  TEST(iomem_map),
		TEST(wrong_iomem_map), TEST(decide),      TEST(wrong_decide), TEST(direct_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
