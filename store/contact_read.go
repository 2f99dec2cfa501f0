package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// selectContacts returns contacts in the order of the ids. The arguments are contactsArgs.
const selectContacts = `SELECT c.id, coalesce(c.phone, ''), coalesce(c.user_id, ''), c.name, c.language, c.country,
	c.fields, c.source, c.added_at, s.consent, s.consent_at, s.saved, s.saved_at, s.platform, s.platform_at,
	s.suppressed, s.erased, s.held, s.merged_into, c.last_inbound_at,
	(SELECT json_group_array(tag) FROM (SELECT tag FROM contact_tags WHERE contact_id = c.id ORDER BY tag)),
	coalesce((SELECT require_confirmed FROM shop), 0),
	coalesce((SELECT max(min(p.ended_at, ?)) FROM deliveries p WHERE p.contact_id = c.id AND ` + restedSQL + `), 0)
	FROM json_each(?) wanted JOIN contacts c ON c.id = wanted.value JOIN standings s ON s.contact_id = c.id
	ORDER BY wanted.key`

// contactsArgs are the arguments of selectContacts; ids is a JSON array.
func contactsArgs(ids string, now time.Time) []any {
	return slices.Concat([]any{now.UnixMilli()}, restedArgs(now), []any{ids})
}

// ContactsByID returns the contacts with these ids, in their order; ids that
// are gone are left out.
func (s *Store) ContactsByID(ctx context.Context, ids []ContactID) ([]Contact, error) {
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, fmt.Errorf("encode the ids: %w", err)
	}
	list := make([]Contact, 0, len(ids))
	err = s.each(ctx, selectContacts, contactsArgs(string(wanted), s.moment()), func(scan func(...any) error) error {
		c, err := scanContact(scan)
		list = append(list, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return list, nil
}

func scanContact(scan func(...any) error) (Contact, error) {
	var c Contact
	var fields, tags string
	var added, consentAt, savedAt, platformAt, inbound, rests int64
	var requireConfirmed bool
	s := &c.Standing
	err := scan(&c.ID, &c.Phone, &c.UserID, &c.Name, &c.Language, &c.Country, &fields, &c.Source, &added,
		&s.Consent, &consentAt, &s.Saved, &savedAt, &s.Platform, &platformAt, &s.Suppressed, &s.Erased, &s.Held,
		&c.MergedInto, &inbound, &tags, &requireConfirmed, &rests)
	if err != nil {
		return Contact{}, err
	}
	if err := json.Unmarshal([]byte(fields), &c.Fields); err != nil {
		return Contact{}, fmt.Errorf("decode the fields of contact %d: %w", c.ID, err)
	}
	if err := json.Unmarshal([]byte(tags), &c.Tags); err != nil {
		return Contact{}, fmt.Errorf("decode the tags of contact %d: %w", c.ID, err)
	}
	c.AddedAt, s.ConsentAt, s.SavedAt, s.PlatformAt = moment(added), moment(consentAt), moment(savedAt), moment(platformAt)
	c.LastInbound = moment(inbound)
	c.Verdict = s.Verdict(requireConfirmed, c.Country)
	if rests != 0 {
		c.RestsUntil = moment(rests).Add(RestsFor)
		c.Verdict.Why = append(c.Verdict.Why, ReasonTooSoon)
	}
	return c, nil
}
