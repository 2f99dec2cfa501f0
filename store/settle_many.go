package store

import (
	"fmt"
	"strconv"
	"time"
)

// What is accepted is nearly everything, so it is settled many rows to a
// statement. ?1 is {"delivery": "wamid", …}, or the attempts.
const (
	acceptFew = 4 // are not worth it

	// A feed that was faster than the answer left what it told.
	anythingKept  = `SELECT EXISTS (SELECT 1 FROM events WHERE wamid <> '')`
	keptOfThese   = `SELECT EXISTS (SELECT 1 FROM json_each(?1) j CROSS JOIN events e ON e.wamid = j.value AND e.wamid <> '')`
	settledBefore = `SELECT EXISTS (SELECT 1 FROM json_each(?1) j CROSS JOIN outbox o ON o.id = j.value WHERE o.settled_at <> 0)`
	acceptRows    = `UPDATE deliveries SET state = 'accepted', wamid = j.value, held = 0, accepted_at = ?2
		FROM json_each(?1) j WHERE deliveries.id = j.key AND state IN ('sending', 'unknown')`
	overtakenRows = `UPDATE deliveries SET wamid = coalesce(wamid, j.value),
		accepted_at = CASE accepted_at WHEN 0 THEN ?2 ELSE accepted_at END
		FROM json_each(?1) j WHERE deliveries.id = j.key`
	acceptAttempts = `UPDATE outbox SET settled_at = ?2, outcome = 'accepted' WHERE id IN (SELECT value FROM json_each(?1))`
)

// plain are results that say no more than that a message was accepted.
type plain struct {
	wamids   []byte // {"delivery": "wamid", …}
	attempts rows
	at       time.Time // the earliest: no status can be older
}

// acceptMany settles the plain ones of results in few statements. It returns
// what has to be settled one by one: the others and, where anything about the
// plain ones is odd, those as well.
func (t *tx) acceptMany(results []Result) ([]Result, error) {
	p, rest := plainOf(results, t.now)
	if p.attempts.n <= acceptFew {
		return results, nil
	}
	wamids := string(p.wamids)
	odd, err := t.any(anythingKept)
	if err == nil && odd {
		odd, err = t.any(keptOfThese, wamids)
	}
	if err == nil && !odd {
		odd, err = t.any(settledBefore, p.attempts.list())
	}
	if err != nil || odd {
		return results, err
	}
	if _, err := t.exec(acceptAttempts, p.attempts.list(), t.now.UnixMilli()); err != nil {
		return nil, err
	}
	changed, err := t.exec(acceptRows, wamids, p.at.UnixMilli())
	if err == nil && changed < int64(p.attempts.n) { // a status was faster than the answer
		_, err = t.exec(overtakenRows, wamids, p.at.UnixMilli())
	}
	if err != nil {
		return nil, fmt.Errorf("settle what was accepted: %w", err)
	}
	return rest, nil
}

// any reads the one truth value of a constant query.
func (t *tx) any(query string, args ...any) (yes bool, err error) {
	return yes, t.scan(query, args, &yes)
}

func plainOf(results []Result, now time.Time) (p plain, rest []Result) {
	p.at = now
	for _, r := range results {
		accepted, ok := r.Outcome.(Accepted)
		if !ok || accepted.Held || accepted.Wamid == "" {
			rest = append(rest, r)
			continue
		}
		if !r.At.IsZero() && r.At.Before(p.at) {
			p.at = r.At
		}
		separator := byte(',')
		if p.attempts.n == 0 {
			separator = '{'
		}
		p.wamids = append(strconv.AppendInt(append(p.wamids, separator, '"'), int64(r.Claim.grant.delivery), 10), '"', ':')
		p.wamids = appendText(p.wamids, accepted.Wamid)
		p.attempts.add(r.Claim.grant.attempt)
	}
	p.wamids = append(p.wamids, '}')
	return p, rest
}
