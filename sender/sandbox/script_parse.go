package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseScript reads a script; every error is a *ScriptError.
func ParseScript(data []byte) (Script, error) {
	p := scriptParser{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	p.dec.DisallowUnknownFields()
	if err := p.wellFormed(); err != nil {
		return Script{}, err
	}
	if err := p.document(); err != nil {
		return Script{}, err
	}
	return p.script, nil
}

// scriptParser walks the document itself, because encoding/json does not say
// where a value stood that it could not use.
type scriptParser struct {
	data   []byte
	dec    *json.Decoder
	script Script
}

func (p *scriptParser) wellFormed() error {
	var members map[string]json.RawMessage
	err := json.Unmarshal(p.data, &members)
	if err == nil && members != nil {
		return nil
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return p.fail(max(syntax.Offset-1, 0), "script", errors.New(syntax.Error()))
	}
	return p.fail(0, "script", errors.New("is not a JSON object"))
}

func (p *scriptParser) document() error {
	if _, err := p.dec.Token(); err != nil { // the opening brace
		return p.fail(0, "script", err)
	}
	for p.dec.More() {
		at := p.dec.InputOffset()
		key, err := p.dec.Token()
		if err != nil {
			return p.fail(at, "script", err)
		}
		if err := p.member(fmt.Sprint(key), at); err != nil {
			return err
		}
	}
	return nil
}

func (p *scriptParser) member(key string, at int64) error {
	s := &p.script
	switch key {
	case "seed":
		return p.value(key, &s.Seed, nil)
	case "account":
		return p.value(key, &s.Account, nil)
	case "shares":
		s.Shares = new(DefaultShares())
		return p.value(key, s.Shares, s.Shares.validate)
	case "delays":
		s.Delays = new(DefaultDelays())
		return p.value(key, s.Delays, nil)
	case "webhooks":
		return p.value(key, &s.Webhooks, s.Webhooks.validate)
	case "rules":
		return p.rules()
	default:
		return p.fail(at, key, errors.New("is not part of a script"))
	}
}

func (p *scriptParser) rules() error {
	at := p.dec.InputOffset()
	open, err := p.dec.Token()
	if err != nil {
		return p.fail(at, "rules", err)
	}
	if open != json.Delim('[') {
		return p.fail(at, "rules", errors.New("is not a list"))
	}
	for i := 0; p.dec.More(); i++ {
		var r Rule
		if err := p.value(fmt.Sprintf("rules[%d]", i), &r, r.validate); err != nil {
			return err
		}
		p.script.Rules = append(p.script.Rules, r)
	}
	if _, err := p.dec.Token(); err != nil { // the closing bracket
		return p.fail(p.dec.InputOffset(), "rules", err)
	}
	return nil
}

// value decodes the next value into v and then checks it.
func (p *scriptParser) value(path string, v any, check func() error) error {
	at := p.dec.InputOffset()
	err := p.dec.Decode(v)
	if err == nil && check != nil {
		err = check()
	}
	if err == nil {
		return nil
	}
	if typeErr, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return p.fail(at, strings.TrimSuffix(path+"."+typeErr.Field, "."), fmt.Errorf("cannot be a %s", typeErr.Value))
	}
	if field, ok := errors.AsType[*fieldError](err); ok {
		return p.fail(at, path+"."+field.field, errors.New(field.reason))
	}
	return p.fail(at, path, err)
}

// fail turns an offset into a place people can find in an editor. The offset
// may stand on the space, comma or colon before the value.
func (p *scriptParser) fail(offset int64, path string, err error) error {
	for offset < int64(len(p.data)) && strings.IndexByte(" \t\r\n,:", p.data[offset]) >= 0 {
		offset++
	}
	before := p.data[:min(max(offset, 0), int64(len(p.data)))]
	reason := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		reason = "ends too early"
	}
	return &ScriptError{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: len(before) - bytes.LastIndexByte(before, '\n'),
		Path:   path, Reason: reason,
	}
}
