#!/bin/sh
# tblint accept: what it finds, what it writes, and that no finding is lost on the way.
. "$(dirname "$0")/lib.sh"
file=.tblint.accept.yaml

# The id of the first finding of a rule.
id_of() {
    tblint lint --live main --quiet --color never | sed -n "s/.*\[$1\].*  id \([0-9a-f]*\)$/\1/p" | head -n 1
}
lint() { run tblint lint --live main --quiet "$@"; }
accept() { run tblint accept --live main "$@"; }

project accept
datasource events Int32
id=$(id_of TB101)
lint;                                    expect "before" 1 "1 error in"
accept;                                  expect "an id is needed" 2 "needs the id of a finding"
accept "$id";                            expect "a reason is needed" 2 "needs a reason"
accept "$id" --reason ' ';               expect "blanks are none" 2 "needs a reason"
accept "$id" --reason '...';             expect "what the report prints is no reason" 2 "'...' is no reason"
accept "$id" --reason '… --';            expect "nor is any other sign" 2 "is no reason"
accept "$id" --reason x --until soon;    expect "a date" 2 "--until takes DATE, not 'soon'"
accept "$id" --reason x --until 2026-11-20; expect "a date to come" 2 "--until 2026-11-20 has passed"
accept abc --reason x;                   expect "too short" 2 "'abc' is too short"
accept 000000000000 --reason x;          expect "no such id" 2 "no finding has the id '000000000000'" "$id  TB101"
run test -e $file;                       expect "nothing is written by then" 1
accept "${id%?}z" --reason x;            expect "nearly" 2 "did you mean $id?"
accept "$(echo "$id" | cut -c1-6)" --reason 'the "table" is: #empty' --until 2026-12-15
expect "a prefix will do" 0 "accepted $id until 2026-12-15 in $file: TB101" "next: git add $file "
lint;                                    expect "accepted" 0 "no findings, 1 accepted in" "adds 1 acceptance"
lint --fail-on note;                     expect "it does not count" 0
lint --all;                              expect "shown" 0 "accepted error[TB101]" 'until 2026-12-15: the "table" is: #empty'
lint --format json;                      expect "json" 0 '"accepted":	1' '"reason":	"the \"table\" is: #empty"' '"until":	"2026-12-15"'
lint --format sarif;                     expect "sarif" 0 '"results":[]' "This change adds 1 acceptance."
absent "code hosts would show it as open" '"suppressions"'
lint --all --format sarif;               expect "sarif, all" 0 '"suppressions":[{"kind":"external","status":"accepted","justification":"the \"table\" is: #empty"}]'
accept "$id" --reason x;                 expect "twice" 2 "$id is accepted already"

# The day after, and any other change.
run env TBLINT_NOW=2026-12-15T23:59:59Z tblint lint --live main --quiet; expect "the last day" 0
run env TBLINT_NOW=2026-12-16T00:00:00Z tblint lint --live main --quiet; expect "the day after" 1 "ended on 2026-12-15: the finding counts again"
cp $file "$scratch/f"
run env TBLINT_NOW=2026-12-16T00:00:00Z tblint accept --live main "$id" --reason "another month" --until 2027-01-15
expect "once more" 0 "accepted $id until 2027-01-15"
run env TBLINT_NOW=2026-12-16T00:00:00Z tblint lint --live main --quiet
expect "the old entry can go" 0 "1 accepted" "does not count any more; a later entry does"
cp "$scratch/f" $file
datasource events Int64
lint;                                    expect "another change" 1 "[TB101]" "[TB002]" "matches nothing any more"
datasource events '   Int32' '# a word'
lint;                                    expect "other spelling" 0 "1 accepted"

# What stands in the file stays.
printf '# by hand\n' | cat - $file >"$scratch/f" && cp "$scratch/f" $file
datasource events Int32 'ENGINE_TTL "ts + toIntervalDay(9)"'
other=$(id_of TB30.)
accept "$other" --reason second;         expect "a second" 0
run head -n "$(wc -l <"$scratch/f")" $file
same "the first lines" "$(cat "$out")" "$(cat "$scratch/f")"
lint;                                    expect "both" 0 "2 accepted" "adds 2 acceptances"

# The commit needs the file, too.
git add datasources
lint --staged;                           expect "not staged" 1 "[TB101]"
git add $file
lint --staged;                           expect "staged" 0 "2 accepted"

# Once it is live.
git commit -q -m change && git checkout -q main && git merge -q change && git checkout -q -b next
datasource events Int32 'ENGINE_TTL "ts + toIntervalDay(9)"
# more'
lint;                                    expect "live by now" 0 "2 notes in" "note[TB002]"
lint --project .;                        expect "of this project" 0 "2 notes"

# Bad files stop the run: no false pass, and nothing is appended.
printf -- '- id: 1\n' >$file
lint;                                    expect "broken" 2 "$file:1:7: 'id' must be"
run tblint plan --live main --quiet;     expect "a plan does not use it" 0 "deploy"
rm $file
ln -s "$scratch/elsewhere" $file
datasource events Int64
accept "$(rm $file; id_of TB101; ln -s "$scratch/elsewhere" $file)" --reason x
expect "a link is not followed" 3
run test -e "$scratch/elsewhere";        expect "nothing there" 1
rm $file
printf '[]\n' >$file
accept "$(id_of TB101)" --reason x;      expect "no place for an entry" 2 "nothing can be appended" '- id: "'
same "left as it was" "$(cat $file)" "[]"
rm $file

# A changed file that cannot be read: nothing is called unused.
printf -- '- id: "000000000000"\n  rule: TB101\n' >$file
lint;                                    expect "unused" 1 "[TB002]"
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 12\n' 0 >datasources/big.datasource
lint;                                    expect "not sure" 3
absent "nothing is called unused" "[TB002]"
rm datasources/big.datasource $file

# Policy.
printf 'accept: {require_reason: true}\nrules:\n  colum-dropped: error\n' >.tblint.yaml
lint;                                    expect "a setting of no rule" 1 "[TB003]" "Did you mean 'column-dropped'?"
run tblint plan --live main --quiet;     expect "no fault for a plan" 0
printf -- '- id: "%s"\n  rule: TB101\n' "$(id_of TB101)" >$file
lint;                                    expect "no reason" 1 "gives no reason: it does not count"
rm .tblint.yaml
lint;                                    expect "without the policy" 0 "1 accepted"
lint --require-reason;                   expect "by the option" 1 "gives no reason"
rm $file

# The command that each finding names works as it stands, wherever it was found.
# obey REASON: runs the last `else` line of the last report, as a shell would.
obey() {
    line=$(sed -n 's/^  else  //p' "$out" | tail -n 1 | sed "s/\"\.\.\.\"/'$1'/")
    run sh -c "$line"
}
project offered
datasource events Int32
lint;                                    expect "a last line" 1 "  else  tblint accept $(id_of TB101) --reason \"...\""
run sh -c "$(sed -n 's/^  else  //p' "$out")"; expect "the dots stay no reason" 2 "is no reason"
mkdir deeper && cd deeper || exit 1
lint; obey 'from a folder below';        expect "from below" 0 "note: the deploy is refused all the same" "next: git add :/$file"
cd .. && lint;                           expect "it was found" 0 "1 accepted"
run tblint plan --live main;             expect "a plan tells the refusal all the same" 0 "TB101"
rm $file

git add -A && datasource events String
run tblint lint --staged --live main;    expect "staged, and undone in the working tree" 1 "[TB101]"
absent "no option is needed" "accept $(sed -n 's/.*  id //p' "$out") --"'staged'
obey 'only staged';                      expect "found in the index" 0 "accepted" "next: git add $file "
run tblint lint --staged --live main; obey 'once more'
expect "not twice" 2 "is accepted already, but not in what is compared" "git add $file"
absent "one comparison is told" "new: commit"
same "one entry" "$(grep -c 'id:' $file)" 1
git add $file
run tblint lint --staged --live main;    expect "it passes" 0 "1 accepted"
rm $file && git rm -q --cached $file

datasource events Int32 && git add -A && git commit -q -m risky && git checkout -q -b other main
run tblint lint --live main --commit change
expect "another branch" 1 "accept $(sed -n 's/.*  id //p' "$out") --commit change --reason"
run tblint lint --live main --commit "$(git rev-parse change)"
expect "fewer digits" 1 " --commit $(git rev-parse change | cut -c1-12) --reason"
obey 'it is pushed from here'
expect "not into another branch" 2 "is not in what is checked out" "git switch BRANCH   # that has"
run tblint lint --live main --commit change; obey 'it is pushed from here'
expect "where to" 2 "an acceptance belongs in the branch of its change" "git switch change"
same "nothing is written" "$(ls $file 2>/dev/null)" ""
git checkout -q change && git commit -q --allow-empty -m "Nothing more"
run tblint lint --live main --commit HEAD~1; obey 'what is checked out goes on from it'
expect "an older commit of the branch" 0 "accepted"
rm $file && git reset -q --hard HEAD~1
run tblint lint --live main --commit "$(git rev-parse change)"; obey 'it is there now'
expect "by its commit" 0 "accepted"
rm $file
run tblint lint --live main --commit HEAD; expect "what is checked out" 1 "  id "
absent "needs no option" "--commit"
risky=$(git rev-parse change)
git reset -q --hard main && git reset -q --soft "$risky"
run tblint lint --live main --commit HEAD; obey 'neither in the index nor in the tree'
expect "found in HEAD" 0 "accepted"
rm $file && git reset -q --hard

git branch old main && git checkout -q main && datasource other String && git add -A && git commit -q -m more
git checkout -q change
run tblint lint --live old;              expect "another live branch" 1 " --live old --reason"
run tblint lint --live main;             expect "the usual one" 1 "  else  "
absent "is not named" "accept $(id_of TB101) --live"
git branch "it's" old
run tblint lint --live "it's";           expect "quoted" 1 " --live 'it'\\''s' --reason"
obey 'odd names';                        expect "odd names" 0 "accepted"
rm $file
run tblint lint --live main --as-is;     expect "behind" 1 "[TB001]" " --as-is --reason"
obey 'as it is';                         expect "as it is" 0 "accepted"
rm $file
datasource other Int32 'TYPO "x"' && git add -A && git commit -q -m typo && git branch -f old change
run tblint lint --live old --all --project .; expect "what live has as well" 1 "[TB902]" " --all --reason"
obey 'live has it';                      expect "by --all" 0 "accepted"
rm $file
printf 'fail_on: error\n' >"$scratch/strict.yaml"
run tblint lint --live main --config "$scratch/strict.yaml" --profile forward
expect "settings" 1 " --config $scratch/strict.yaml --profile forward --reason"
for format in markdown github junit rdjson; do
    run tblint lint --live main --format $format; expect "$format" 1 "else: " "tblint accept "
done
run tblint why --live main datasources/events.datasource; expect "why" 0 "  else  tblint accept "

# A commit of some files alone: what it lacked is in the working tree.
project part
mkdir -p pipes && printf 'NODE n\nSQL >\n    SELECT host FROM events\n\nTYPE endpoint\n' >pipes/top.pipe
git add -A && git commit -q -m more && git branch -f main
tblint hook install --quiet
sed -i '/host/d; s/`,$/`/' datasources/events.datasource && printf 'NODE n\nSQL >\n    SELECT ts FROM events\n\nTYPE endpoint\n' >pipes/top.pipe
run git commit -q -m part datasources/events.datasource
expect "a part alone" 1 "[TB105]" "stopped this commit"
grep '^  else' "$out" "$err" | tail -n 1 | sed 's/^[^ ]*  else  //; s/"\.\.\."/"it is meant"/' >"$scratch/line"
run sh "$scratch/line";                  expect "is in no tree" 2 "no finding has the id" "git add those, and try again"
git add datasources
run sh "$scratch/line";                  expect "once staged" 0 "accepted"
git add $file
run git commit -q -m part;               expect "and committed" 0

# Notes stop nothing, unless they are asked to.
project notes
cat >datasources/events.datasource <<'END'
SCHEMA >
    `host` String `json:$.host`,
    `ts` DateTime `json:$.ts`

ENGINE "MergeTree"
ENGINE_SORTING_KEY "ts"
END
lint;                                    expect "a note" 0 "note[TB113]"
absent "is not offered" "  else  "
lint --fail-on note;                     expect "a note that counts" 1 "  else  tblint accept"

# A line that is to be copied is never wrapped.
lint --live main --fail-on note --config "$scratch/$(printf '%0120d' 0).yaml"; expect "no such file" 2
cp "$scratch/strict.yaml" "$scratch/$(printf '%0120d' 0).yaml"
lint --fail-on note --config "$scratch/$(printf '%0120d' 0).yaml"
expect "long" 1 "--config $scratch/$(printf '%0120d' 0).yaml --reason \"...\""

# Two projects, one file.
fresh two
for p in a b; do mkdir $p; (cd $p && datasource events String); done
git add -A && git commit -q -m live && git checkout -q -b change
for p in a b; do (cd $p && datasource events Int32); done
for p in a b; do
    run tblint accept --live main --project $p "$(tblint lint --live main --quiet --project $p | sed -n 's/.*  id //p')" --reason $p
    expect "project $p" 0 "accepted"
done
lint;                                    expect "both projects" 0 "2 accepted"
lint --project a;                        expect "one of them" 0 "no findings, 1 accepted"
(cd b && datasource events Int64)
lint --project a;                        expect "the other is not judged" 0 "no findings, 1 accepted"
lint --project b;                        expect "here it is" 1 "[TB002]" "[TB101]"
finish
