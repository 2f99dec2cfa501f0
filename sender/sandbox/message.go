package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"unicode/utf8"
)

const (
	maxRequest  = 1 << 20
	maxCallback = 512
	maxText     = 4096
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// readMessage reads one request; what cannot be read is the sender's fault.
func readMessage(r *http.Request) (*message, *failure) {
	var m message
	if f := readJSON(r, &m); f != nil {
		return nil, f
	}
	return &m, nil
}

func readJSON(r *http.Request, v any) *failure {
	buf, ok := buffers.Get().(*bytes.Buffer)
	if !ok {
		buf = new(bytes.Buffer)
	}
	defer buffers.Put(buf)
	buf.Reset()
	if n, err := buf.ReadFrom(io.LimitReader(r.Body, maxRequest+1)); err != nil {
		return invalid("The request body could not be read")
	} else if n > maxRequest {
		return invalid("The request body is too large")
	}
	if err := json.Unmarshal(buf.Bytes(), v); err != nil {
		if typeErr, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return invalid("Param %s must be of another type", or(typeErr.Field, "body"))
		}
		return invalid("Invalid JSON")
	}
	return nil
}

// checkEnvelope checks everything that needs neither a template nor a person.
func (m *message) checkEnvelope() *failure {
	switch {
	case m.Product == "":
		return invalid("The parameter messaging_product is required.")
	case m.Product != "whatsapp":
		return invalid("Param messaging_product must be one of {WHATSAPP} - got %s.", strconv.Quote(m.Product))
	case m.To == "" && m.Recipient == "":
		return invalid("The parameter to is required.")
	case m.RecipientType != "" && m.RecipientType != "individual":
		return invalid("Param recipient_type must be one of {INDIVIDUAL} - got %s.", strconv.Quote(m.RecipientType))
	case utf8.RuneCountInString(m.Callback) > maxCallback:
		return invalid("Param biz_opaque_callback_data must be at most %d characters long.", maxCallback)
	}
	if m.Type == "" {
		m.Type = "text"
	}
	return nil
}

// checkContent checks free-form messages; templates have their own check.
func (m *message) checkContent() *failure {
	switch m.Type {
	case "text":
		if m.Text == nil || m.Text.Body == "" {
			return invalid("The parameter text['body'] is required.")
		}
		if utf8.RuneCountInString(m.Text.Body) > maxText {
			return invalid("Param text['body'] must be at most %d characters long.", maxText)
		}
	case "contacts":
		return checkContacts(m.Contacts)
	case "image", "video", "audio", "document", "sticker":
		return checkMedia(m.Type, map[string]*mediaSend{
			"image": m.Image, "video": m.Video, "audio": m.Audio, "document": m.Document, "sticker": m.Sticker,
		}[m.Type])
	case "location", "interactive", "reaction":
		if len(map[string]json.RawMessage{
			"location": m.Location, "interactive": m.Interactive, "reaction": m.Reaction,
		}[m.Type]) == 0 {
			return invalid("The parameter %s is required.", m.Type)
		}
	default:
		return invalid("Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, "+
			"REACTION, STICKER, TEMPLATE, TEXT, VIDEO} - got %s.", strconv.Quote(m.Type))
	}
	return nil
}

func checkContacts(cards []contactCard) *failure {
	if len(cards) == 0 {
		return invalid("The parameter contacts is required.")
	}
	for _, c := range cards {
		if c.Name.Formatted == "" {
			return refuse(131008, "contacts: formatted_name is required")
		}
		if c.Name.First+c.Name.Last+c.Name.Middle+c.Name.Prefix+c.Name.Suffix == "" {
			return refuse(131009, "contacts: at least one more part of the name is required")
		}
	}
	return nil
}

func checkMedia(kind string, m *mediaSend) *failure {
	if m == nil || (m.ID == "" && m.Link == "") {
		return refuse(131008, "%s: one of id or link is required", kind)
	}
	return nil
}
