#!/bin/sh
# The pre-commit hook in real repositories: every way to commit, and manners of installation.
. "$(dirname "$0")/lib.sh"

project hook
run tblint hook install;        expect "install" 0 "pre-commit"
datasource events "LowCardinality(String)"
git add -A
run git commit -q -m risky;     expect "a risky commit is stopped" 1 "TB101"
datasource events String "TOKEN \"reader\" READ"
git add -A
run git commit -q -m fine;      expect "a harmless commit passes" 0

datasource events "LowCardinality(String)"
run git commit -q -a -m risky;  expect "commit -a" 1 "TB101"
run git commit -q -m risky datasources/events.datasource
expect "commit FILE" 1 "TB101"
datasource other String
git add datasources/other.datasource
run git commit -q -m other datasources/other.datasource
expect "commit FILE judges that file alone" 0
git checkout -q datasources/events.datasource

datasource events UInt64
git add -A
datasource events String "TOKEN \"reader\" READ"
run git commit -q -m staged;    expect "the index is judged, not the working tree" 1 "UInt64"
git reset -q --hard
datasource events UInt64
run git commit -q --allow-empty -m nothing
expect "a bad working tree does not stop a good index" 0
git reset -q --hard
run git commit -q --amend --allow-empty -m again; expect "amend" 0
datasource events UInt64
git add -A
run git commit -q --amend -m again
expect "amend with a bad change: live is the base, not the last commit" 1 "TB101"
git commit -q --no-verify -m bad
run git commit -q --amend -m reworded
expect "amend of a bad commit that changes only its message" 1 "TB101" "UInt64"
git reset -q --hard HEAD~1

# commit -p takes one of two changes of a file; the other stays in the working tree.
printf 'DESCRIPTION one\n\n' >"$scratch/two"
sed 's/String/UInt64/' datasources/events.datasource >>"$scratch/two"
cp "$scratch/two" datasources/events.datasource
run sh -c "printf 's\ny\nn\n' | git commit -q -p -m part"
expect "commit -p of the harmless part" 0
same "the bad part is still there" "$(git diff --stat | grep -c events)" 1
git reset -q --hard HEAD~1
cp "$scratch/two" datasources/events.datasource
run sh -c "printf 's\nn\ny\n' | git commit -q -p -m part"
expect "commit -p of the bad part: lines are those of the index" 1 "TB101" \
    "events.datasource:3:12   staged"
git reset -q --hard

git rm -q datasources/events.datasource datasources/other.datasource
run git commit -q -m gone;      expect "a deletion-only commit" 1 "TB601"
git reset -q --hard
datasource events UInt64
git add -N datasources/events.datasource
mkdir sub
run sh -c 'cd sub && git commit -q --allow-empty -m sub'
expect "from a subfolder" 0
git reset -q --hard

before=$(sha1sum .git/index)
run tblint lint --staged;       expect "lint after all that" 0
same "the index is not written" "$(sha1sum .git/index)" "$before"

run tblint hook install;        expect "install again" 0
run tblint hook uninstall;      expect "uninstall" 0
same "the hook is gone" "$(ls .git/hooks/pre-commit 2>/dev/null)" ""
printf '#!/bin/sh\necho mine\n' >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
run tblint hook install;        expect "a foreign hook is not overwritten" 2 "tblint hook run pre-commit"
same "the foreign hook stands" "$(cat .git/hooks/pre-commit)" "#!/bin/sh
echo mine"
run tblint hook uninstall;      expect "a foreign hook is not removed" 2
same "the foreign hook still stands" "$(tail -n 1 .git/hooks/pre-commit)" "echo mine"

project managed
git config core.hooksPath .githooks
run tblint hook install;        expect "core.hooksPath" 0
same "it is where git looks" "$(ls .githooks)" "pre-commit"
datasource events UInt64
git add datasources
run git commit -q -m risky;     expect "and git runs it" 1 "TB101"

# a linked worktree sees the same
git worktree add -q ../linked main 2>/dev/null
cd ../linked || exit 1
git checkout -q -b linked-change
datasource events UInt64
git add -A
run tblint hook run pre-commit; expect "linked worktree" 1 "TB101"

# a merge that is in progress
project merging
git checkout -q main
datasource second String
git add -A
git commit -q -m "live moves"
git checkout -q change
mkdir -p pipes
printf 'NODE one\nSQL >\n    SELECT 1 AS x\n' >pipes/mine.pipe
git add -A
git commit -q -m mine
git merge -q --no-commit main >/dev/null 2>&1
run tblint lint --staged;       expect "merge in progress" 0
absent "merge in progress" "TB601"
git merge --abort

# pre-merge-commit: two branches that are each fine, and break together.
run tblint hook install pre-merge-commit
expect "install pre-merge-commit" 0 "pre-merge-commit"
git checkout -q -b reader main
mkdir -p pipes
printf 'NODE one\nSQL >\n    SELECT host FROM second\nTYPE endpoint\n' >pipes/reader.pipe
git add -A
git commit -q -m reader
git checkout -q -b dropper main
git rm -q datasources/second.datasource
git commit -q --no-verify -m dropper
run git merge -q --no-edit reader
expect "a merge that breaks" 1 "TB601" "TB604"
git merge --abort 2>/dev/null
git checkout -q -b harmless main
datasource third String
git add -A
git commit -q -m third
run git merge -q --no-edit reader
expect "a merge that breaks nothing" 0
git checkout -q change

run tblint lint;                expect "behind live: other people's changes are not blamed" 0
run tblint lint --as-is;        expect "as it stands" 1 "TB001" "second" "TB601"
finish
