package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Notice is a consent wording as it is shown to customers. A changed text is a
// new version; old versions stay, since consents point to them.
type Notice struct {
	ID       string // optin-es
	Version  int    // from 1
	Language string
	Text     string
	SHA256   string // of Text, in hex
}

// NoticeText is a wording before the shop's own words are put in for
// {shop}, {products}, {times}, {number} and {privacy}.
type NoticeText struct{ ID, Language, Text string }

const (
	selectNotices = `SELECT id, version, language, text, sha256 FROM notices n
		WHERE version = (SELECT max(version) FROM notices WHERE id = n.id) ORDER BY id`
	selectNotice = `SELECT id, version, language, text, sha256 FROM notices
		WHERE id = ?1 AND (version = ?2 OR ?2 = 0) ORDER BY version DESC LIMIT 1`
	insertNotice = `INSERT INTO notices (id, version, language, text, sha256, since) VALUES (?, ?, ?, ?, ?, ?)`
)

// PublishNotices makes the wordings with the shop's present words the newest
// versions, where they differ from what is the newest now.
func (s *Store) PublishNotices(ctx context.Context, texts []NoticeText, staff string) error {
	return s.write(ctx, func(t *tx) error {
		shop, err := t.shop()
		if err != nil {
			return err
		}
		for _, text := range texts {
			if err := t.publish(text, shop, staff); err != nil {
				return fmt.Errorf("publish notice %s: %w", text.ID, err)
			}
		}
		return nil
	})
}

func (t *tx) publish(text NoticeText, shop Shop, staff string) error {
	words := strings.NewReplacer("{shop}", shop.Name, "{products}", shop.Products,
		"{times}", strconv.Itoa(shop.TimesAMonth), "{number}", shop.Number.International(),
		"{privacy}", shop.PrivacyURL).Replace(text.Text)
	sum := sha256.Sum256([]byte(words))
	made := Notice{ID: text.ID, Version: 1, Language: text.Language, Text: words, SHA256: hex.EncodeToString(sum[:])}
	newest, err := t.notice(text.ID, 0)
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return err
	case newest.SHA256 == made.SHA256:
		return nil
	default:
		made.Version = newest.Version + 1
	}
	if _, err := t.exec(insertNotice, made.ID, made.Version, made.Language, made.Text, made.SHA256, t.now.UnixMilli()); err != nil {
		return err
	}
	return t.audit(AuditEvent{
		Type: "notice_published", Staff: staff, Subject: fmt.Sprintf("%s v%d", made.ID, made.Version), Detail: made.SHA256,
	})
}

// Notices returns the newest version of every wording.
func (s *Store) Notices(ctx context.Context) ([]Notice, error) {
	var list []Notice
	err := s.each(ctx, selectNotices, nil, func(scan func(...any) error) error {
		var n Notice
		err := scan(&n.ID, &n.Version, &n.Language, &n.Text, &n.SHA256)
		list = append(list, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the notices: %w", err)
	}
	return list, nil
}

// notice finds a wording; version 0 is the newest.
func (t *tx) notice(id string, version int) (Notice, error) {
	var n Notice
	err := t.scan(selectNotice, []any{id, version}, &n.ID, &n.Version, &n.Language, &n.Text, &n.SHA256)
	return n, err
}
