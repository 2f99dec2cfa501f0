package sandbox

import (
	"fmt"
)

// inbound is one message of a person.
type inbound struct {
	From      string     `json:"from,omitempty"`
	UserID    string     `json:"from_user_id,omitempty"`
	ID        string     `json:"id"`
	Timestamp string     `json:"timestamp"`
	Type      string     `json:"type"`
	Text      *textBody  `json:"text,omitempty"`
	Button    *buttonTap `json:"button,omitempty"`
}

type textBody struct {
	Body string `json:"body"`
}

type buttonTap struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

// utterance is what a person says: Text, or a tap on a template's quick reply
// when Payload is set. From is a number or a business-scoped id.
type utterance struct {
	From    string `json:"from"`
	Name    string `json:"name"`
	Text    string `json:"text"`
	Payload string `json:"payload"`
}

// AddressError says that something is neither a number nor a business-scoped id.
type AddressError struct{ Address string }

func (e *AddressError) Error() string {
	return fmt.Sprintf("%q is neither a number nor a business-scoped id", e.Address)
}

func readAddress(from string) (address, error) {
	if scopedID.MatchString(from) {
		return address{userID: from}, nil
	}
	if number := plainNumber(from); number != "" {
		return address{waID: normalise(number)}, nil
	}
	return address{}, &AddressError{from}
}

// Receive lets a person write to the shop: it opens the 24-hour window and
// tells the callback. It returns the id of the message; the error is an *AddressError.
func (s *Server) Receive(from, text string) (string, error) {
	return s.receive(utterance{From: from, Text: text})
}

// Tap lets a person press a quick-reply button of a template.
func (s *Server) Tap(from, payload, text string) (string, error) {
	return s.receive(utterance{From: from, Payload: payload, Text: text})
}

func (s *Server) receive(u utterance) (string, error) {
	if _, err := readAddress(u.From); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.heard(&u), nil
}

// heard needs s.mu and an address that can be read.
func (s *Server) heard(u *utterance) string {
	who, err := readAddress(u.From)
	if err != nil {
		return ""
	}
	now := s.opt.Now()
	s.state.person(who.key()).window = now.Add(window)
	msg := inbound{
		From: who.waID, UserID: s.scoped(who), ID: s.wamid(who.key()),
		Timestamp: unixText(now.Unix()), Type: "text", Text: &textBody{u.Text},
	}
	if u.Payload != "" {
		msg.Type, msg.Text, msg.Button = "button", nil, &buttonTap{u.Payload, u.Text}
	}
	t := s.talk(s.number)
	t.Contacts = []contact{s.contact(who, u.Name)}
	t.Messages = []inbound{msg}
	s.tell(&change{"messages", t})
	return msg.ID
}

func (s *Server) scoped(who address) string {
	if who.userID != "" {
		return who.userID
	}
	return scopedIDOf(who.waID)
}

func (s *Server) contact(who address, name string) contact {
	return contact{Profile: &profile{or(name, "Customer "+lastDigits(who.key()))}, WaID: who.waID, UserID: s.scoped(who)}
}

func lastDigits(key string) string { return key[max(len(key)-4, 0):] }

// tell needs s.mu. Nobody listens when there is no callback.
func (s *Server) tell(c *change) {
	if s.callback != "" && !s.deaf && !s.opt.Script.Account.Unheard {
		s.push(&update{change: c})
	}
}
