package store

import (
	"encoding/hex"
	"fmt"
)

// The first status of a person tells the business-scoped id that belongs to her
// number. After a broadcast that is everybody at once, so those of whom nothing
// else is to be thought about are linked many to a statement, before their
// statuses are applied. The others are left to recipient.
const (
	// ?1 is [[delivery, "wamid", "user id"], …].
	linkable = `SELECT d.contact_id, j.value ->> 1, j.value ->> 2 FROM json_each(?1) j
		CROSS JOIN deliveries d ON d.id = j.value ->> 0 AND d.wamid = j.value ->> 1
		JOIN contacts c ON c.id = d.contact_id JOIN standings s ON s.contact_id = c.id
		WHERE c.user_id IS NULL AND s.erased = 0 AND s.suppressed = 0
		AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.user_id = j.value ->> 2)
		AND NOT EXISTS (SELECT 1 FROM past_identities p WHERE p.kind = 'user' AND p.value = j.value ->> 2)`
	// ?1 is [[contact, "user id", "hash in hex", "key of a change that waits for her"], …]: what is known of the id already.
	linkOdd = `SELECT j.value ->> 0 FROM json_each(?1) j
		WHERE EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = unhex(j.value ->> 2))
		OR EXISTS (SELECT 1 FROM inbound i WHERE i.mac = unhex(j.value ->> 2) AND i.contact_id IS NULL)
		OR EXISTS (SELECT 1 FROM events e WHERE e.key = j.value ->> 3)`
	linkRows = `UPDATE contacts SET user_id = j.value ->> 1, user_mac = unhex(j.value ->> 2), updated_at = ?2
		FROM json_each(?1) j WHERE contacts.id = j.value ->> 0 AND +contacts.user_id IS NULL` // +: not from all who have none
)

// linking is one person whose id became known.
type linking struct {
	contact ContactID
	user    string
	journey *journey
}

// linkMany gives those their ids who had none, where nothing is odd about it.
func (t *tx) linkMany(order []*journey) error {
	if t.file.key == nil {
		return nil
	}
	list, err := t.linkable(order)
	if err != nil || len(list) <= advanceFew {
		return err
	}
	var all rows
	for _, l := range list {
		all.add(int64(l.contact), l.user, hex.EncodeToString(mac(t.file.key, kindUser+":"+l.user)), t.awaited(kindUser, l.user))
	}
	odd := map[ContactID]bool{}
	err = t.each(linkOdd, []any{all.list()}, func(scan func(...any) error) error {
		var id ContactID
		err := scan(&id)
		odd[id] = true
		return err
	})
	if err != nil {
		return fmt.Errorf("look what is known of new ids: %w", err)
	}
	var plain rows
	for _, l := range list {
		if !odd[l.contact] {
			plain.add(int64(l.contact), l.user, hex.EncodeToString(mac(t.file.key, kindUser+":"+l.user)))
		}
	}
	if plain.n == 0 {
		return nil
	}
	if _, err := t.exec(linkRows, plain.list(), t.now.UnixMilli()); err != nil {
		return fmt.Errorf("set new ids: %w", err)
	}
	for _, l := range list {
		if odd[l.contact] {
			continue
		}
		event := identityEvent{contact: l.contact, kind: "linked", at: moment(l.journey.first), evidence: l.journey.wamid}
		if err := t.identityEvent(event); err != nil {
			return err
		}
	}
	return nil
}

// linkable finds the people without an id of whom statuses tell one that is
// nobody's. Who is told two, and an id that is told of two, is left out.
func (t *tx) linkable(order []*journey) ([]linking, error) {
	told := make(map[string]*journey, len(order))
	var asked rows
	for _, j := range order {
		if !j.odd && j.user != "" {
			told[j.wamid] = j
			asked.add(int64(j.delivery), j.wamid, j.user)
		}
	}
	if asked.n <= advanceFew {
		return nil, nil
	}
	var list []linking
	people, ids := map[ContactID]int{}, map[string]int{}
	err := t.each(linkable, []any{asked.list()}, func(scan func(...any) error) error {
		var l linking
		var wamid string
		err := scan(&l.contact, &wamid, &l.user)
		l.journey = told[wamid]
		people[l.contact]++
		ids[l.user]++
		list = append(list, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find who has no id yet: %w", err)
	}
	plain := list[:0]
	for _, l := range list {
		if people[l.contact] == 1 && ids[l.user] == 1 {
			plain = append(plain, l)
		}
	}
	return plain, nil
}
