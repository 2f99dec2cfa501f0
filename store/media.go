package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// Media is the picture, video or document at the head of a broadcast.
type Media struct {
	Kind   string `json:"kind"` // IMAGE, VIDEO or DOCUMENT, as a template's header has it; "" is none
	Name   string `json:"name"` // of the file; a document is shown with it
	MIME   string `json:"mime"`
	SHA256 string `json:"sha256"`
	Link   string `json:"link"` // on the web instead of bytes of our own; https
	Size   int    `json:"size"` // bytes
	Data   []byte `json:"-"`    // only where it is given or asked for
}

// The most bytes of each kind. Meta takes documents of 100 MB; a shop file that
// is copied for every backup does not.
const (
	mostImage = 5 << 20
	mostMedia = 16 << 20
)

// MediaLives is how long the platform keeps what was uploaded: a day less than it says.
const MediaLives = 29 * 24 * time.Hour

// documents are the types the platform takes as one, by the end of the file's name.
var documents = map[string]string{
	".txt": "text/plain", ".pdf": "application/pdf",
	".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// ReadMedia makes a medium of a file. Refuses with *InvalidError of field media:
// empty, unknown_type or too_large.
func ReadMedia(name string, data []byte) (Media, error) {
	m := Media{Name: clean(filepath.Base(name)), Data: data, Size: len(data)}
	if m.Kind, m.MIME = typeOf(m.Name, data); m.Kind == "" {
		return Media{}, &InvalidError{Field: "media", Reason: "unknown_type"}
	}
	most := mostMedia
	if m.Kind == "IMAGE" {
		most = mostImage
	}
	switch {
	case len(data) == 0:
		return Media{}, &InvalidError{Field: "media", Reason: "empty"}
	case len(data) > most:
		return Media{}, &InvalidError{Field: "media", Reason: "too_large"}
	case len(m.Name) > maxName:
		return Media{}, &InvalidError{Field: "media", Reason: "too_long"}
	}
	sum := sha256.Sum256(data)
	m.SHA256 = hex.EncodeToString(sum[:])
	return m, nil
}

// typeOf tells the kind and the type, pictures and videos by their first bytes
// (en.wikipedia.org/wiki/List_of_file_signatures): a name can say anything.
func typeOf(name string, data []byte) (kind, mime string) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "IMAGE", "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "IMAGE", "image/png"
	case len(data) >= 12 && string(data[4:8]) == "ftyp" && string(data[8:10]) == "3g":
		return "VIDEO", "video/3gpp"
	case len(data) >= 12 && string(data[4:8]) == "ftyp":
		return "VIDEO", "video/mp4"
	}
	mime = documents[strings.ToLower(path.Ext(name))]
	if mime == "" || (mime == "application/pdf" && !bytes.HasPrefix(data, []byte("%PDF-"))) {
		return "", ""
	}
	return "DOCUMENT", mime
}

// LinkMedia makes a medium of an address on the web, from which the platform
// fetches it. Refuses with *InvalidError of field media-link.
func LinkMedia(kind, link string) (Media, error) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || len(link) > 2000 {
		return Media{}, &InvalidError{Field: "media-link", Reason: "unknown"}
	}
	return Media{Kind: kind, Link: link, Name: clean(path.Base(u.Path))}, nil
}

const (
	upsertMedia = `INSERT INTO broadcast_media (broadcast_id, kind, name, mime, sha256, link, data) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (broadcast_id) DO UPDATE SET kind = excluded.kind, name = excluded.name, mime = excluded.mime,
		sha256 = excluded.sha256, link = excluded.link, data = excluded.data, media_id = '', media_for = '', uploaded_at = 0`
	deleteMedia  = `DELETE FROM broadcast_media WHERE broadcast_id = ?`
	selectMedia  = `SELECT kind, name, mime, sha256, link, data FROM broadcast_media WHERE broadcast_id = ?`
	selectUpload = `SELECT media_id, media_for, uploaded_at FROM broadcast_media WHERE broadcast_id = ?`
	updateUpload = `UPDATE broadcast_media SET media_id = ?, media_for = ?, uploaded_at = ? WHERE broadcast_id = ?`
)

// SetMedia puts a medium at the head of a draft; the zero Media takes it away.
// Refuses with *InvalidError, ErrNotFound, or *MoveError of what is planned or
// started: what the owner saw and confirmed is what goes out.
func (s *Store) SetMedia(ctx context.Context, id BroadcastID, m Media) error {
	if m.Kind != "" && m.Link == "" {
		read, err := ReadMedia(m.Name, m.Data)
		if err != nil {
			return err
		}
		m = read
	}
	return s.write(ctx, func(t *tx) error {
		b, err := t.broadcast(id)
		if err != nil {
			return err
		}
		if b.State != BroadcastDraft {
			return &MoveError{Of: "broadcast", From: string(b.State), To: string(BroadcastDraft)}
		}
		if m.Kind == "" {
			_, err = t.exec(deleteMedia, id)
			return err
		}
		var data any
		if m.Link == "" {
			data = m.Data
		}
		_, err = t.exec(upsertMedia, id, m.Kind, m.Name, m.MIME, m.SHA256, m.Link, data)
		return err
	})
}

// Media returns what stands at the head of a broadcast, with its bytes; the
// zero Media where there is nothing.
func (s *Store) Media(ctx context.Context, id BroadcastID) (Media, error) {
	var m Media
	err := s.scan(ctx, selectMedia, []any{id}, &m.Kind, &m.Name, &m.MIME, &m.SHA256, &m.Link, &m.Data)
	if err := ignoreNotFound(err); err != nil {
		return Media{}, fmt.Errorf("read the media: %w", err)
	}
	m.Size = len(m.Data)
	return m, nil
}

// Upload is under which id the platform has a broadcast's media.
type Upload struct {
	ID     string    // "" when it was never uploaded
	Number string    // the phone-number id that may send it
	At     time.Time // it is kept for MediaLives
}

// Good reports whether the upload can be sent from a number.
func (u Upload) Good(number string, now time.Time) bool {
	age := now.Sub(u.At)
	return u.ID != "" && u.Number == number && age >= 0 && age < MediaLives
}

// Uploaded says what was uploaded for a broadcast.
func (o *Outbox) Uploaded(ctx context.Context, id BroadcastID) (Upload, error) {
	var u Upload
	var at int64
	err := o.scan(ctx, selectUpload, []any{id}, &u.ID, &u.Number, &at)
	if err := ignoreNotFound(err); err != nil {
		return Upload{}, fmt.Errorf("read what was uploaded: %w", err)
	}
	u.At = moment(at)
	return u, nil
}

// RecordUpload keeps the id the platform gave.
func (o *Outbox) RecordUpload(ctx context.Context, id BroadcastID, mediaID, number string) (Upload, error) {
	var u Upload
	err := o.write(ctx, func(t *tx) error {
		u = Upload{mediaID, number, t.now}
		_, err := t.exec(updateUpload, mediaID, number, t.now.UnixMilli(), id)
		return err
	})
	if err != nil {
		return Upload{}, fmt.Errorf("keep what was uploaded: %w", err)
	}
	return u, nil
}

// decodeMedia reads what stands beside a broadcast, without the bytes.
func decodeMedia(text string) (Media, error) {
	var m Media
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return Media{}, fmt.Errorf("decode the media: %w", err)
	}
	return m, nil
}
