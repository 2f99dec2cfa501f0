package store

import (
	"net/url"
	"strings"
)

// joinWords are what a customer sends to join, by language (the opt-in words of the feed).
var joinWords = map[string]string{"en": "JOIN", "es": "ALTA", "pt": "ENTRAR"}

// JoinText is the message that stands ready in WhatsApp after a customer scanned a poster's code: the word that joins,
// and the code by which the feed knows which wording hung there. A language without a word of its own takes the English
// one, which is heard everywhere.
func JoinText(code, language string) string {
	word, known := joinWords[language]
	if !known {
		word = joinWords["en"]
	}
	return word + " " + strings.Join(strings.Fields(code), " ")
}

// JoinLink opens a chat with the shop in WhatsApp with a text ready to be sent (faq.whatsapp.com, "How to use click to
// chat": digits only, a space as %20).
func (s Shop) JoinLink(text string) string {
	query := strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
	return "https://wa.me/" + strings.TrimPrefix(string(s.Number), "+") + "?text=" + query
}
