# SPDX-License-Identifier: BSD-2-Clause
# bash completion for dtassign: the program itself knows what comes next.

_dtassign()
{
	local words=() line i
	local cur

	# bash splits words at ':' and '='; the program wants them whole.
	for ((i = 1; i <= COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == [:=]* || ${COMP_WORDS[i - 1]} == [:=] ]] &&
			((${#words[@]})); then
			words[${#words[@]} - 1]+=${COMP_WORDS[i]}
		else
			words+=("${COMP_WORDS[i]}")
		fi
	done
	cur=${words[${#words[@]} - 1]}
	# Of --option=value the program completes the value.
	[[ $cur == --*=* ]] && cur=${cur#*=}
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in
		FILE)
			compopt -o filenames 2>/dev/null
			while IFS= read -r line; do
				COMPREPLY+=("$line")
			done < <(compgen -f -- "$cur")
			;;
		DIR)
			compopt -o filenames 2>/dev/null
			while IFS= read -r line; do
				COMPREPLY+=("$line")
			done < <(compgen -d -- "$cur")
			;;
		*=)
			compopt -o nospace 2>/dev/null
			COMPREPLY+=("$line")
			;;
		*)
			# Give back only what stands behind the last split.
			[[ $cur == *[:=]* ]] && line=${line#"${cur%[:=]*}"[:=]}
			COMPREPLY+=("$line")
			;;
		esac
	done < <("${COMP_WORDS[0]}" complete "${words[@]}" 2>/dev/null)
}

complete -F _dtassign dtassign
