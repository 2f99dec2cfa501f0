package webhook

import (
	"encoding/json"

	"pregon/store"
)

// What people write and change, fields messages, user_preferences and user_id_update.
type (
	messages struct {
		Metadata json.RawMessage   `json:"metadata"`
		Contacts []json.RawMessage `json:"contacts"`
		Messages []json.RawMessage `json:"messages"`
		Statuses []json.RawMessage `json:"statuses"`
		Errors   json.RawMessage   `json:"errors"`
	}
	contact struct {
		WaID    loose `json:"wa_id"`
		UserID  loose `json:"user_id"`
		Profile struct {
			Name loose `json:"name"`
		} `json:"profile"`
	}
	message struct {
		From      loose `json:"from"`
		UserID    loose `json:"from_user_id"`
		ID        loose `json:"id"`
		Timestamp loose `json:"timestamp"`
		Type      loose `json:"type"`
		Context   struct {
			ID loose `json:"id"`
		} `json:"context"`
		System system `json:"system"`
		said
	}
	// said are the places where a person's words may stand.
	said struct {
		Text        words  `json:"text"`
		Button      words  `json:"button"`
		Image       words  `json:"image"`
		Video       words  `json:"video"`
		Document    words  `json:"document"`
		Reaction    words  `json:"reaction"`
		Order       words  `json:"order"`
		Edit        edited `json:"edit"`
		Interactive struct {
			Button words `json:"button_reply"`
			List   words `json:"list_reply"`
			Form   words `json:"nfm_reply"`
		} `json:"interactive"`
	}
	words struct {
		Body    loose `json:"body"`
		Text    loose `json:"text"`
		Title   loose `json:"title"`
		Caption loose `json:"caption"`
		Emoji   loose `json:"emoji"`
		ID      loose `json:"id"`
		Payload loose `json:"payload"`
	}
	edited struct {
		Text    words `json:"text"`
		Body    loose `json:"body"`
		Message struct {
			Text  words `json:"text"`
			Image words `json:"image"`
			Video words `json:"video"`
		} `json:"message"`
	}
	// system is what WhatsApp itself says in a chat; customer and new_wa_id are
	// of earlier versions.
	system struct {
		Type     loose `json:"type"`
		WaID     loose `json:"wa_id"`
		NewWaID  loose `json:"new_wa_id"`
		Customer loose `json:"customer"`
		UserID   loose `json:"user_id"`
	}
	preferences struct {
		Metadata    json.RawMessage   `json:"metadata"`
		Contacts    []json.RawMessage `json:"contacts"`
		Preferences []json.RawMessage `json:"user_preferences"`
	}
	preference struct {
		WaID      loose `json:"wa_id"`
		UserID    loose `json:"user_id"`
		Detail    loose `json:"detail"`
		Category  loose `json:"category"`
		Value     loose `json:"value"`
		Timestamp loose `json:"timestamp"`
	}
	userIDChange struct {
		WaID      loose `json:"wa_id"`
		Timestamp loose `json:"timestamp"`
		UserID    struct {
			Previous loose `json:"previous"`
			Current  loose `json:"current"`
		} `json:"user_id"`
	}
)

// messages reads the field that brings statuses and what people wrote.
func (r *reader) messages(raw json.RawMessage) {
	var m messages
	if !decode(raw, &m) || r.another(m.Metadata) {
		return
	}
	for _, s := range each[status](m.Statuses) {
		r.status(s)
	}
	people := each[contact](m.Contacts)
	for _, raw := range m.Messages {
		r.message(raw, people, len(m.Messages))
	}
	if len(m.Messages)+len(m.Statuses) == 0 {
		r.unread("messages.errors", m.Errors)
	}
}

// message reads one message. Whatever its kind is, the person wrote something.
func (r *reader) message(raw json.RawMessage, people []contact, of int) {
	var m message
	if !decode(raw, &m) {
		r.unread("messages", raw)
		return
	}
	who := writer(m, people, of)
	if m.Type == "system" {
		r.system(m, who, raw)
		return
	}
	id := m.ID.cut(maxID + 1)
	if id == "" || len(id) > maxID || (who.WaID.phone() == "" && who.UserID.userID() == "") {
		r.unread("messages."+m.Type.cut(maxID), raw)
		return
	}
	text, payload := m.words()
	r.feed.Inbound = append(r.feed.Inbound, store.Inbound{
		Wamid: id, Phone: who.WaID.phone(), UserID: who.UserID.userID(), Name: who.Profile.Name.cut(maxID),
		At: m.Timestamp.moment(), Kind: or(m.Type.cut(maxID), "unknown"), Text: text.cut(maxText), Payload: payload.cut(maxText),
		ContextWamid: m.Context.ID.cut(maxID),
	})
	if !known(m.Type) {
		r.unread("messages."+or(m.Type.cut(maxID), "unknown"), raw)
	}
}

// known are the kinds of messages that are read as far as they say anything.
func known(kind loose) bool {
	switch kind {
	case "text", "button", "interactive", "contacts", "image", "video", "audio", "document", "sticker", "location",
		"reaction", "order", "edit", "revoke":
		return true
	}
	return false
}

// writer is who wrote: the message's own word, completed by the contact it
// came with. Either id may be missing, and from may hold either.
func writer(m message, people []contact, messages int) contact {
	who := contact{WaID: m.From, UserID: m.UserID}
	if who.UserID == "" && m.From.userID() != "" {
		who = contact{UserID: m.From}
	}
	for _, c := range people {
		same := (c.WaID != "" && c.WaID == who.WaID) || (c.UserID != "" && c.UserID == who.UserID)
		nobody := who.WaID == "" && who.UserID == "" && len(people) == 1 && messages == 1
		if !same && !nobody {
			continue
		}
		if who.WaID == "" {
			who.WaID = c.WaID
		}
		if who.UserID == "" {
			who.UserID = c.UserID
		}
		who.Profile = c.Profile
		break
	}
	return who
}

// words are what the person wrote or tapped, wherever it stands, and what the
// tapped button carries.
func (m *message) words() (text, payload loose) {
	tapped := []words{m.Button, m.Interactive.Button, m.Interactive.List}
	for _, w := range tapped {
		if w.Text+w.Title+w.Payload+w.ID != "" {
			return loose(or(string(w.Text), string(w.Title))), loose(or(string(w.Payload), string(w.ID)))
		}
	}
	e := m.Edit
	written := []loose{
		m.Text.Body, m.Interactive.Form.Body, m.Image.Caption, m.Video.Caption, m.Document.Caption, m.Reaction.Emoji, m.Order.Text,
		e.Text.Body, e.Body, e.Message.Text.Body, e.Message.Image.Caption, e.Message.Video.Caption,
	}
	for _, w := range written {
		if w != "" {
			return w, ""
		}
	}
	return "", ""
}

// system reads that somebody has another number or id now.
func (r *reader) system(m message, who contact, raw json.RawMessage) {
	s := m.System
	news := store.Identity{At: m.Timestamp.moment(), Evidence: m.ID.cut(maxID)}
	switch s.Type {
	case "user_changed_number":
		news.Phone = loose(or(string(s.WaID), string(s.NewWaID))).phone()
		news.OldPhone = loose(or(string(who.WaID), string(s.Customer))).phone()
		news.UserID, news.OldUserID = s.UserID.userID(), who.UserID.userID()
	case "user_changed_user_id":
		news.Phone = loose(or(string(s.WaID), string(who.WaID))).phone()
		news.UserID, news.OldUserID = s.UserID.userID(), who.UserID.userID()
	}
	changed := (news.Phone != "" || news.UserID != "") && (news.OldPhone != "" || news.OldUserID != "")
	if !changed {
		r.unread("messages.system", raw)
		return
	}
	r.feed.Identities = append(r.feed.Identities, news)
}

// preferences reads the platform's own switch for offers.
func (r *reader) preferences(raw json.RawMessage) {
	var p preferences
	if !decode(raw, &p) || r.another(p.Metadata) {
		return
	}
	people := each[contact](p.Contacts)
	for _, raw := range p.Preferences {
		var one preference
		if !decode(raw, &one) {
			r.unread("user_preferences", raw)
			continue
		}
		if one.WaID == "" && one.UserID == "" && len(people) == 1 {
			one.WaID, one.UserID = people[0].WaID, people[0].UserID
		}
		read := store.Preference{
			Phone: one.WaID.phone(), UserID: one.UserID.userID(), Value: string(one.Value), At: one.Timestamp.moment(),
			Evidence: one.Detail.cut(maxText),
		}
		lawful := read.Value == store.PreferenceStop || read.Value == store.PreferenceResume
		if !lawful || (one.Category != "" && one.Category != "marketing_messages") || (read.Phone == "" && read.UserID == "") {
			r.unread("user_preferences", raw)
			continue
		}
		r.feed.Preferences = append(r.feed.Preferences, read)
	}
}

// userIDs reads that business-scoped ids changed.
func (r *reader) userIDs(raw json.RawMessage) {
	var list struct {
		Changes []json.RawMessage `json:"user_id_update"`
	}
	if !decode(raw, &list) {
		return
	}
	if len(list.Changes) == 0 {
		list.Changes = []json.RawMessage{raw}
	}
	for _, raw := range list.Changes {
		var c userIDChange
		if !decode(raw, &c) || c.UserID.Current.userID() == "" || (c.UserID.Previous.userID() == "" && c.WaID.phone() == "") {
			r.unread("user_id_update", raw)
			continue
		}
		at := c.Timestamp.moment()
		if at.IsZero() {
			at = r.at
		}
		r.feed.Identities = append(r.feed.Identities, store.Identity{
			Phone: c.WaID.phone(), UserID: c.UserID.Current.userID(), OldUserID: c.UserID.Previous.userID(), At: at,
		})
	}
}
