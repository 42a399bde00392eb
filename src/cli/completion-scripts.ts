const bash = `# bash completion of fleetset
_fleetset() {
  local IFS=$'\\n'
  COMPREPLY=($(fleetset __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _fleetset fleetset
`;

const zsh = `#compdef fleetset
_fleetset() {
  local -a candidates
  candidates=(\${(f)"$(fleetset __complete "\${(@)words[2,$CURRENT]}" 2>/dev/null)"})
  if (( \${#candidates} )); then compadd -a candidates; else _files; fi
}
compdef _fleetset fleetset
`;

const fish = `# fish completion of fleetset
complete -c fleetset -f -a '(fleetset __complete (commandline -opc)[2..-1] (commandline -ct))'
complete -c fleetset -s f -l filename -r -F
`;

const scripts: { readonly [shell: string]: string } = { bash, zsh, fish };

/** The script for a shell; undefined when there is none. */
export function completionScript(shell: string): string | undefined {
  return Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
}
