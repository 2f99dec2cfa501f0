package cloudapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// What the API sends is read leniently: unknown fields, missing fields, numbers
// as text and the reverse all occur, and none of them may turn an answer that
// came into one that did not.

// number is a whole number, also as text. What is neither is not there.
type number struct {
	value int
	there bool
}

func (n *number) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	if value, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && value > -1<<53 && value < 1<<53 {
		n.value, n.there = int(value), true
	}
	return nil
}

// text is a string; anything else is "".
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

// list is an array of T; anything else, and an element that is no T, is left out.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(data []byte) error {
	var raw []json.RawMessage
	if json.Unmarshal(data, &raw) == nil {
		for _, element := range raw {
			var value T
			if json.Unmarshal(element, &value) == nil {
				*l = append(*l, value)
			}
		}
	}
	return nil
}

// object is a T; anything else leaves it empty. There tells whether any value
// but null was given.
type object[T any] struct {
	value T
	there bool
}

func (o *object[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	o.there = true
	// An error_data object is at times a string that holds JSON.
	var inner string
	if json.Unmarshal(data, &inner) == nil {
		data = []byte(inner)
	}
	var value T
	if json.Unmarshal(data, &value) == nil {
		o.value = value
	}
	return nil
}

// failure is the error object of an answer.
type failure struct {
	Code    number `json:"code"`
	Subcode number `json:"error_subcode"`
	Trace   text   `json:"fbtrace_id"`
}

// failureIn finds the error object, which also comes with status 200.
func failureIn(body []byte) (failure, bool) {
	var wire struct {
		Error object[failure] `json:"error"`
	}
	if json.Unmarshal(body, &wire) != nil {
		return failure{}, false
	}
	return wire.Error.value, wire.Error.there
}

// takenIn finds the message id of an accepted send; "" when there is none.
func takenIn(body []byte) (wamid string, held bool) {
	// Nearly every answer is as documented, and reading it leniently costs three times as much.
	var plain struct {
		Messages []struct {
			ID     string `json:"id"`
			Status string `json:"message_status"`
		} `json:"messages"`
	}
	if json.Unmarshal(body, &plain) == nil && len(plain.Messages) == 1 && plain.Messages[0].ID != "" {
		return plain.Messages[0].ID, isHeld(plain.Messages[0].Status)
	}
	var wire struct {
		Messages list[struct {
			ID     text `json:"id"`
			Status text `json:"message_status"`
		}] `json:"messages"`
	}
	if json.Unmarshal(body, &wire) != nil || len(wire.Messages) == 0 {
		return "", false
	}
	first := wire.Messages[0]
	return string(first.ID), isHeld(string(first.Status))
}

func isHeld(status string) bool { return status == "held_for_quality_assessment" || status == "paused" }
