/* SPDX-License-Identifier: BSD-2-Clause */
/* `pci = [ ... ]`: which function an entry is, as xl takes it. */
#include "request_fixture.h"

static void assert_function(const char *entry, uint32_t segment, uint32_t rid, bool all)
{
	start_over();
	read_guest(str_format(arena, "pci = [ \"%s\" ]\n", entry).s);
	assert_int_equal(diag_nfaults(diag), 0);
	assert_int_equal(guest->npci, 1);
	assert_int_equal(guest->pci[0].segment, segment);
	assert_int_equal(guest->pci[0].rid, rid);
	assert_int_equal(guest->pci[0].all_functions, all);
	assert_int_equal(guest->pci[0].word.at.line, 1);
}

static void functions(void **state)
{
	(void)state;
	assert_function("01:00.0", 0, 0x100, false);
	assert_function("ff:1f.7", 0, 0xffff, false);
	assert_function("0002:01:02.3", 2, 0x113, false);
	assert_function("2:1:2.3", 2, 0x113, false);
	assert_function("01:02.*", 0, 0x110, true);
	assert_function("01:00.1@1f", 0, 0x101, false);
	assert_function("01:00.1,permissive=1", 0, 0x101, false);
	assert_function("01:00.1@2,seize=1,rdm_policy=relaxed", 0, 0x101, false);
	assert_function("bdf=01:00.1,vslot=3", 0, 0x101, false);
	assert_function("permissive=0,bdf=0:01:00.1", 0, 0x101, false);
}

static void by_name(void **state)
{
	(void)state;
	assert_true(read_guest("pci = [ \"name=nic\" ]\n"));
	assert_int_equal(guest->npci, 1);
	assert_true(guest->pci[0].by_name);
}

static void wrong_functions(void **state)
{
	static const char *const wrong[] = {
		"",
		"01",
		"01:00",
		"01:00.",
		"01:00.8",
		"01:20.0",
		"100:00.0",
		"10000:01:00.0",
		"1:2:3:4.5",
		"01:00.0x",
		"01:00.0@",
		"01:00.0@20",
		"+1:00.0",
		"01:00.0,new=1",
		"01:00.0,permissive",
		"permissive=1",
		"01:00.0,name=nic",
		"bdf=01:00",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		start_over();
		assert_false(read_guest(
			str_format(arena, "pci = [ \"%s\", \"02:00.0\" ]\n", wrong[i]).s));
		assert_int_equal(diag_nfaults(diag), 1);
		assert_int_equal(guest->npci, 1);
		assert_int_equal(guest->pci[0].rid, 0x200);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(functions), TEST(by_name), TEST(wrong_functions) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
