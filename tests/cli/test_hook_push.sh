#!/bin/sh
# The pre-push hook in real repositories: what is judged is what is pushed, ref by ref.
. "$(dirname "$0")/lib.sh"
zero=0000000000000000000000000000000000000000

# remote NAME: a project whose live branch is at a remote, with the hook; on branch `change`.
remote() {
    project "$1"
    git init -q --bare "$scratch/$1.git"
    git remote add origin "$scratch/$1.git"
    git push -q origin main
    git remote set-head origin main
    tblint hook install pre-push 2>/dev/null
}

# at_remote NAME REF: is it there?
at_remote() { git -C "$scratch/$1.git" rev-parse -q --verify "$2" >/dev/null && echo yes || echo no; }

commit() { git add -A && git commit -q --allow-empty -m "$1"; }

remote usual
datasource events "LowCardinality(String)"
commit risky
run git push -q origin change;  expect "a new branch that is risky" 1 "TB101" "stopped this push"
same "it did not go" "$(at_remote usual change)" no
datasource events UInt64
commit worse
datasource events String
commit "good again"
datasource events UInt64
git add -A
run git push -q origin change;  expect "the index and the working tree are not judged" 0
same "it went" "$(at_remote usual change)" yes
git reset -q --hard
datasource events UInt64
git add -A
git commit -q -m bad
datasource events String
git add -A
run git push -q origin change;  expect "a good index does not excuse a bad commit" 1 "TB101" "UInt64"
git reset -q --hard
run git push -q --no-verify origin change
expect "--no-verify" 0
run git push -q origin change;  expect "nothing to push" 0
run git push -q -f origin HEAD~1:change
expect "a forced push back to good" 0
run git push -q origin HEAD~3:refs/heads/older
expect "an expression for the local side" 1 "TB101" "LowCardinality"
run git push -q origin 'HEAD^{/good again}:refs/heads/words'
expect "an expression with blanks" 0

# Several refs: each commit once, the worst decides, none is sent.
git branch fine HEAD~1
git branch bad HEAD
git branch bad-too HEAD
run git push -q origin fine bad bad-too
expect "several refs" 1 "pushed: refs/heads/fine" "pushed: refs/heads/bad" "TB101"
absent "several refs: a commit is judged once" "bad-too"
same "several refs: none went" "$(at_remote usual fine)$(at_remote usual bad)" nono
run git push -q origin fine :change
expect "a good branch, and one deleted" 0
same "deleted" "$(at_remote usual change)" no
run git push -q origin --delete fine
expect "a branch is deleted" 0

# Tags.
git tag light-good HEAD~1
git tag light-bad HEAD
git tag -a -m noted noted-good HEAD~1
git tag -a -m noted noted-bad HEAD
git tag -a -m twice twice noted-bad 2>/dev/null
run git push -q origin light-good noted-good
expect "tags of a good commit" 0
run git push -q origin light-bad
expect "a tag of a bad commit" 1 "TB101"
run git push -q origin noted-bad
expect "an annotated tag of a bad commit" 1 "TB101"
run git push -q origin twice;   expect "a tag of a tag" 1 "TB101"
run git push -q origin --delete light-good
expect "a tag is deleted" 0

# What is no candidate.
git notes add -m "a note" HEAD
run git push -q origin refs/notes/commits
expect "notes are no tree of a project" 0
git checkout -q --orphan pages
git rm -rfq .
echo '<p>' >index.html
git add -A
git commit -q --no-verify -m pages
run git push -q origin pages;   expect "a web site of its own history" 0 "no common history"
run tblint hook run pre-commit; expect "and its next commit" 0
git checkout -q change
git rm -rq datasources
commit empty
run git push -q origin change;  expect "a branch that deletes all" 1 "TB601"

# Live itself is pushed: compared with what the remote has.
git checkout -q main
datasource events UInt64
commit risky
run git push -q origin main;    expect "live itself" 1 "TB101"
same "live stays" "$(at_remote usual main~1)" no
printf 'live: main\n' >.tblint.yaml
commit settings
run git push -q origin main
expect "live itself, as settings name it" 1 "live: origin/main" "TB101" " --live origin/main --reason"
run env PRE_COMMIT_TO_REF=main PRE_COMMIT_REMOTE_NAME=origin PRE_COMMIT_REMOTE_BRANCH=refs/heads/main \
    tblint hook run pre-commit
expect "the same, by pre-commit" 1 "live: origin/main" "TB101"

# Its manners.
run git push -q --all origin;   expect "--all" 1 "pushed: refs/heads/" "TB101"
run sh -c 'tblint hook run pre-push </dev/null'
expect "no list is said" 0 "nothing was checked"
run sh -c 'echo tblint | tblint hook run pre-push'
expect "not git's list" 2 "not git's list"
run sh -c 'printf "a %s b\n" "$(git rev-parse bad)" | tblint hook run pre-push'
expect "a field is missing" 2 "not git's list"
run sh -c 'head -c 100000 /dev/urandom | tblint hook run pre-push'
expect "random bytes" 2 "not git's list"
run sh -c 'printf "refs/heads/x %s refs/heads/x %s\n" 1234567890123456789012345678901234567890 "$1" |
    tblint hook run pre-push' sh $zero
expect "a commit that is not there is no pass" 3 "could not check this push"
run sh -c 'printf "x %s refs/heads/x %s\ny %s refs/heads/y %s\n" "$(git rev-parse bad)" "$1" \
    "$(git rev-parse fine)" "$1" | tblint hook run pre-push --format json' sh $zero
expect "one report of several commits" 2 "several commits"
run sh -c 'printf "x %s refs/heads/x %s\n" "$(git rev-parse bad)" "$1" |
    tblint hook run pre-push --format json' sh $zero
expect "a report of one commit" 1 '"tblint/1"'
run sh -c 'printf "x %s refs/heads/x %s\n" "$(git rev-parse bad)" "$1" |
    tblint hook run pre-push --fail-on never' sh $zero
expect "the fail level counts" 0 "TB101"
run tblint hook uninstall pre-push
expect "uninstall" 0
same "the hook is gone" "$(ls .git/hooks/pre-push 2>/dev/null)" ""

# A repository without a project, and a remote that has nothing yet.
fresh plain
git init -q --bare "$scratch/plain.git"
git remote add origin "$scratch/plain.git"
tblint hook install pre-push 2>/dev/null
echo text >notes.md
commit text
run git push -q origin main;    expect "no project anywhere" 0
project first
git init -q --bare "$scratch/first.git"
git remote add origin "$scratch/first.git"
tblint hook install pre-push 2>/dev/null
run git push -q origin main;    expect "the first push of all" 0 "live: none, nothing was there before"
git checkout -q main && datasource wrong Strin && commit wrong
run git push -q "$scratch/first.git" main:trunk
expect "to a place without a name, what is wrong is told" 1 "TB9"
git push -q --no-verify "$scratch/first.git" main~1:refs/heads/main
git update-ref -d refs/remotes/origin/main
run git push -q "$scratch/first.git" main
expect "git says what is there" 1 "live: $(git rev-parse main~1)" "TB9"
# The settings of what is pushed do not choose what it is compared with.
remote chosen
risky_settings() {
    datasource events UInt8
    printf 'live: %s\n' "$1" >.tblint.yaml
    commit "live is $1"
}
for setting in HEAD change; do
    git checkout -q -B change main
    risky_settings $setting
    run git push -q origin change
    expect "a push with live: $setting" 1 "TB101" "is a setting of this change"
done
# A forced push to live takes away what the commit lacks, though live had its tree once.
remote rewound
git checkout -q main
datasource added String
commit added
run git push -q origin main;    expect "a push to live" 0
run git push -q -f origin main~1:main
expect "a forced push to live that takes a data source away" 1 "TB001" "added"
same "live is as it was" "$(git rev-parse origin/main)" "$(git rev-parse main)"
run git push -q -f origin main~1:refs/heads/other
expect "the same commit for another branch" 0
finish
