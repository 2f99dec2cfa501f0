package store

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"pregon/store/audience"
	"pregon/store/intake"
)

// condition is a piece of SQL over c (contacts) and s (standings) with its arguments.
type condition struct {
	sql  string
	args []any
}

// and puts the condition before another one; the empty condition adds nothing.
func (c condition) and(sql string) string {
	if c.sql == "" {
		return sql
	}
	return c.sql + " AND " + sql
}

// sendableSQL is the part of the verdict that depends on the contact alone.
const sendableSQL = `(s.eligible = 1 AND c.country NOT IN ` + undeliverableSQL + ` AND
	(s.consent = 'confirmed' OR coalesce((SELECT require_confirmed FROM shop), 0) = 0))`

// contactedSQL is when the contact last had a message from us that may have reached it.
const contactedSQL = `(SELECT max(attempted_at) FROM deliveries WHERE contact_id = c.id AND state IN ` + reachedStates + `)`

// reachedStates are those of deliveries that may have reached the person.
const reachedStates = `('sending', 'accepted', 'sent', 'delivered', 'read', 'unknown')`

const (
	// spokenSQL are the few languages of a shop's contacts, jumping through their index from one to the next.
	spokenSQL = `(WITH RECURSIVE spoken (language) AS (SELECT min(language) FROM contacts UNION ALL
		SELECT (SELECT min(language) FROM contacts WHERE language > spoken.language) FROM spoken WHERE language IS NOT NULL)
		SELECT language FROM spoken)`
	sameLanguage = `(replace(lower(language), '_', '-') = ? OR replace(lower(language), '_', '-') LIKE ? || '-%')`
)

// where turns an audience into SQL. The closed set of nodes is audience.Expr's.
func where(tree audience.Expr, now time.Time) condition {
	switch e := tree.(type) {
	case audience.All:
		return condition{sql: "1"}
	case audience.And:
		return joined(e.Terms, " AND ", now)
	case audience.Or:
		return joined(e.Terms, " OR ", now)
	case audience.Not:
		inner := where(e.Term, now)
		return condition{"NOT " + inner.sql, inner.args}
	case audience.Word:
		return whereWord(e.Text)
	case audience.Tag:
		tag, err := CleanTag(e.Name)
		if err != nil {
			return condition{sql: "0"} // no contact can have it
		}
		return condition{"c.id IN (SELECT contact_id FROM contact_tags WHERE tag = ?)", []any{tag}}
	case audience.Language:
		return condition{"c.language IN (SELECT language FROM " + spokenSQL + " WHERE " + sameLanguage + ")", []any{e.Code, e.Code}}
	case audience.Country:
		return condition{"c.country = ?", []any{e.Code}}
	case audience.Field:
		return whereField(jsonPath(intake.FieldKey(e.Name)), lower(e.Value))
	case audience.Consent, audience.Saved, audience.Sendable, audience.Platform:
		return whereStanding(e)
	case audience.Added, audience.Last, audience.LastNever, audience.Expires:
		return whereAge(e, now)
	case audience.Named: // the store resolves them before
	}
	return condition{sql: "0"} // nobody, rather than everybody
}

// whereField looks only at who has fields at all, by the index contacts_fields; nobody else has one that is not empty.
func whereField(path, value string) condition {
	const is = "c.fields <> '{}' AND " + lowerSQL + "(coalesce(json_extract(c.fields, ?), ''))"
	if value == "" {
		return condition{"NOT (" + is + " <> '')", []any{path}}
	}
	return condition{"(" + is + " = ?)", []any{path, value}}
}

func whereStanding(tree audience.Expr) condition {
	switch e := tree.(type) { //nolint:gochecksumtype // the nodes where hands on
	case audience.Consent:
		return condition{"s.consent = ?", []any{e.State}}
	case audience.Platform:
		return condition{"s.platform = ?", []any{e.State}}
	case audience.Sendable:
		return yesOrNo(e.Want, sendableSQL)
	case audience.Saved:
		const saved = "s.saved IN ('says_saved', 'seen_by_staff', 'self_written')"
		if e.Grade == audience.SavedYes || e.Grade == audience.SavedNo {
			return yesOrNo(e.Grade == audience.SavedYes, saved)
		}
		return condition{"s.saved = ?", []any{e.Grade}}
	}
	return condition{sql: "0"}
}

func yesOrNo(want bool, sql string) condition {
	if want {
		return condition{sql: sql}
	}
	return condition{sql: "NOT " + sql}
}

func whereAge(tree audience.Expr, now time.Time) condition {
	switch e := tree.(type) { //nolint:gochecksumtype // the nodes where hands on
	case audience.Added:
		return older(e.Age, "c.added_at", now)
	case audience.Last:
		return older(e.Age, contactedSQL, now)
	case audience.LastNever:
		return condition{sql: contactedSQL + " IS NULL"}
	case audience.Expires:
		c := expiringBy(e.Age.Until(now))
		if e.Age.Older {
			c.sql = "(" + consentedSQL + " AND NOT " + c.sql + ")"
		}
		return c
	}
	return condition{sql: "0"}
}

func older(age audience.Age, column string, now time.Time) condition {
	sign := " >= ?"
	if age.Older {
		sign = " < ?"
	}
	return condition{"coalesce(" + column + sign + ", 0)", []any{age.Since(now).UnixMilli()}}
}

func joined(terms []audience.Expr, sign string, now time.Time) condition {
	if len(terms) == 1 {
		return where(terms[0], now)
	}
	// In halves: SQLite nests a AND b AND c, and refuses what is 1,000 deep.
	left, right := joined(terms[:len(terms)/2], sign, now), joined(terms[len(terms)/2:], sign, now)
	return condition{"(" + left.sql + sign + right.sql + ")", slices.Concat(left.args, right.args)}
}

func likeEscape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
}

// jsonPath quotes a field's name as a JSON path.
func jsonPath(name string) string {
	quoted, err := json.Marshal(name)
	if err != nil {
		return "$.\"\"" // cannot happen: a string always encodes
	}
	return "$." + string(quoted)
}

// jsonList encodes a list for json_each; nil is the empty list.
func jsonList[T any](list []T) string {
	if len(list) == 0 {
		return "[]"
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "[]" // cannot happen for strings and numbers
	}
	return string(text)
}
