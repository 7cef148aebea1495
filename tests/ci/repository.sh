# The repository of which test_any_ci.sh and test_gitlab.sh make checkouts. Sourced, after
# tests/cli/lib.sh.

# branch NAME TYPE [MORE]: a branch of $first with 30 commits, whose data source has that type at the
# end.
branch() {
    git checkout -q -B "$1" "$first"
    for i in $(seq 30); do git commit -q --allow-empty -m "$1 $i"; done
    datasource events "$2" "${3-}"
    git add -A && git commit -q -m "$1"
}

# settings NAME START LINE: a branch whose configuration is that line.
settings() {
    git checkout -q -B "$1" "$2"
    echo "$3" >.tblint.yaml
    git add -A && git commit -q -m "$1"
}

# make_origin NAME: $origin with main, and branches that left it at $first, before others went on.
# One of them, hijack, takes the branch of that NAME for live: itself; another, mirror, takes HEAD for
# it. The clone is entered.
make_origin() {
    origin=$scratch/origin.git
    git init -q --bare "$origin"
    project work
    git checkout -q main
    git remote add origin "$origin"
    for i in $(seq 30); do git commit -q --allow-empty -m "live $i"; done
    first=$(git rev-parse HEAD)
    branch risky "LowCardinality(String)"
    branch harmless String 'TOKEN "reader" READ'
    settings broken "$first" 'fail_on: ['
    settings weaker "$first" 'fail_on: never'
    settings hijack risky "live: $1"
    settings mirror risky "live: HEAD"
    git checkout -q main
    datasource others String
    git add -A && git commit -q -m "Others go on"
    git push -q origin main risky harmless broken weaker hijack mirror
}
