package ui_test

import (
	"errors"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/say"
)

// typed returns the constants of a named string type that a package declares: their values, by name.
func typed(t *testing.T, folder, kind string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range shipped(t) {
		if file.Folder != folder {
			continue
		}
		for _, decl := range file.Syntax.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if !ok || len(value.Values) != 1 {
					continue
				}
				if name, ok := value.Type.(*ast.Ident); !ok || name.Name != kind {
					continue
				}
				if text, ok := stringLiteral(value.Values[0]); ok {
					found[value.Names[0].Name] = text
				}
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("no constant of %s in %s", kind, folder)
	}
	return found
}

// TestListsOfCodesAreWhole holds the lists that other tests and screens go by to the constants themselves.
func TestListsOfCodesAreWhole(t *testing.T) {
	t.Parallel()
	texts := func(list any) []string {
		var out []string
		switch list := list.(type) {
		case []store.Blocker:
			for _, one := range list {
				out = append(out, string(one))
			}
		case []store.Reason:
			for _, one := range list {
				out = append(out, string(one))
			}
		case []sender.WaitReason:
			for _, one := range list {
				out = append(out, string(one))
			}
		case []sender.Check:
			for _, one := range list {
				out = append(out, string(one))
			}
		}
		return out
	}
	for _, tt := range []struct {
		folder, kind string
		list         []string
	}{
		{"store", "Blocker", texts(store.Blockers())},
		{"store", "Reason", texts(store.Reasons())},
		{"sender", "WaitReason", texts(sender.WaitReasons())},
		{"sender", "Check", texts(sender.Checks())},
	} {
		for name, code := range typed(t, tt.folder, tt.kind) {
			if !slices.Contains(tt.list, code) {
				t.Errorf("%s.%s (%s) is in no list", tt.folder, name, code)
			}
		}
	}
}

// TestEveryCodeOfStoreAndSenderHasWords enumerates all codes that a person may meet, in every language.
func TestEveryCodeOfStoreAndSenderHasWords(t *testing.T) {
	t.Parallel()
	states, broadcasts := typed(t, "store", "DeliveryState"), typed(t, "store", "BroadcastState")
	questions := typed(t, "store", "Question")
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		hold := func(kind, code, words string) {
			t.Helper()
			plain := p.Language() == "en" && !strings.Contains(code, "_") // "draft" is an English word
			if words == "" || strings.Contains(words, "_") && kind != "finding" && kind != "fault" || (words == code && !plain) {
				t.Errorf("%s %s is said as %q", kind, code, words)
			}
		}
		for _, b := range store.Blockers() {
			hold("blocker", string(b), p.Blocker(string(b)))
		}
		for _, r := range store.Reasons() {
			words, remedy := p.LeftOut(string(r))
			hold("reason", string(r), words)
			hold("remedy", string(r), remedy)
		}
		for _, r := range sender.WaitReasons() {
			hold("wait", string(r), p.Waits(string(r), time.Time{}, time.Now()))
		}
		for _, check := range sender.Checks() {
			hold("check", string(check), p.CheckName(string(check)))
		}
		for _, code := range sender.HealthCodes() {
			words, _ := p.Finding(code, say.Detail{Name: "NAME", Code: 42, Count: 3, Limit: 7, At: time.Now(), Span: time.Hour})
			hold("finding", code, words)
		}
		for _, code := range states {
			hold("delivery", code, p.Delivery(code))
			hold("tally", code, p.Tally(code))
		}
		for _, code := range broadcasts {
			hold("broadcast", code, p.Broadcast(code))
		}
		for _, code := range store.FaultCodes() {
			hold("fault", code, p.Fault(code, "DETAIL", 3))
		}
		for _, code := range questions {
			hold("question", code, p.Asks(code))
		}
	})
}

func TestEveryStopHasWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		anything, said := p.Stopped("a reason nobody knows"), map[string]string{}
		for _, reason := range append(sender.StopReasons(), "owner", "network", "restored", "resend") {
			words := p.Stopped(reason)
			address := strings.HasSuffix(reason, "address") || strings.HasSuffix(reason, "endpoint")
			if words == anything || words == "" || (said[words] != "" && !address) {
				t.Errorf("%s says %q, as %q does", reason, words, said[words])
			}
			said[words] = reason
		}
	})
}

// TestEveryCodeOfMetaHasWordsForAPerson reads the table of codes and finds none that says no more than "refused".
func TestEveryCodeOfMetaHasWordsForAPerson(t *testing.T) {
	t.Parallel()
	codes := metaCodes(t)
	if len(codes) < 60 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		anything := p.Failure(-1)
		for _, code := range codes {
			if p.Failure(code) == anything {
				t.Errorf("%d has no words", code)
			}
		}
	})
}

// personal are the actions after which one person's message has failed.
var personal = []string{"Fail", "OptOut", "Bug", "Operator", "Pause", "Slow", "Pair", "Retry", "Hold"}

// metaCodes are the codes that a send may be answered with, as the client's table has them.
func metaCodes(t *testing.T) []int {
	t.Helper()
	var codes []int
	for _, file := range shipped(t) {
		if file.Path != "sender/internal/cloudapi/codes.go" {
			continue
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			entry, ok := node.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			key, isNumber := entry.Key.(*ast.BasicLit)
			meaning, isMeaning := entry.Value.(*ast.CompositeLit)
			if !isNumber || !isMeaning || key.Kind != token.INT {
				return true
			}
			code, err := strconv.Atoi(key.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, field := range meaning.Elts {
				pair, ok := field.(*ast.KeyValueExpr)
				if !ok {
					continue
				}
				action, ok := pair.Value.(*ast.Ident)
				if name, is := pair.Key.(*ast.Ident); ok && is && name.Name == "action" && slices.Contains(personal, action.Name) && code != 0 {
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	return codes
}

// inside are errors between store and sender, which no person meets.
var inside = []string{"ErrNoClaim", "ErrSpent", "ErrExpired"}

func TestEveryErrorOfTheStoreHasACodeAndWords(t *testing.T) {
	t.Parallel()
	names := 0
	for _, file := range shipped(t) {
		if file.Folder != "store" {
			continue
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			value, ok := node.(*ast.ValueSpec)
			if !ok || len(value.Names) != 1 || !strings.HasPrefix(value.Names[0].Name, "Err") || slices.Contains(inside, value.Names[0].Name) {
				return true
			}
			names++
			if !strings.Contains(codeTable(t), "{"+value.Names[0].Name+", ") {
				t.Errorf("%s: %s has no code in store.Code", file.At(node), value.Names[0].Name)
			}
			return true
		})
	}
	if names < 15 {
		t.Errorf("only %d errors were found", names)
	}
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		for _, err := range []error{
			store.ErrNotFound, store.ErrConflict, store.ErrNotSetUp, store.ErrForeignFile, store.ErrNewerSchema, store.ErrDamaged, store.ErrDiskFull,
			store.ErrReadOnly, store.ErrBusy, store.ErrKeyMissing, store.ErrDraftChanged, store.ErrErased, store.ErrLockLost, store.ErrInFlight,
			store.ErrNotEmptied, store.ErrUndone, store.ErrOtherShop, store.ErrRestored, store.ErrNotDue, &store.LockedError{PID: 1},
		} {
			code := store.Code(errors.Join(errors.New("do it"), err))
			if code == "" || p.Trouble(code) == "" {
				t.Errorf("%v: code %q says %q", err, code, p.Trouble(code))
			}
		}
	})
}

// codeTable is the text of store.Code's table: "{ErrBusy, …} …".
func codeTable(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, file := range shipped(t) {
		if file.Path != "store/errors.go" {
			continue
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			entry, ok := node.(*ast.CompositeLit)
			if ok && len(entry.Elts) == 2 {
				if name, ok := entry.Elts[0].(*ast.Ident); ok {
					text.WriteString("{" + name.Name + ", ")
				}
			}
			return true
		})
	}
	return text.String()
}

func TestEveryReasonOfAnInvalidValueHasWords(t *testing.T) {
	t.Parallel()
	reasons := map[string]string{}
	for _, file := range shipped(t) {
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			made, ok := node.(*ast.CompositeLit)
			if !ok || !strings.HasSuffix(nameOf(made.Type), "InvalidError") {
				return true
			}
			for _, field := range made.Elts {
				if pair, ok := field.(*ast.KeyValueExpr); ok && nameOf(pair.Key) == "Reason" {
					if text, ok := stringLiteral(pair.Value); ok {
						reasons[text] = file.At(node)
					}
				}
			}
			return true
		})
	}
	if len(reasons) < 5 {
		t.Fatalf("only %v were found", reasons)
	}
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		anything := p.Invalid("FIELD", "a reason nobody knows")
		for reason, at := range reasons {
			if words := p.Invalid("FIELD", reason); words == anything || words == "" {
				t.Errorf("%s: %q has no words", at, reason)
			}
		}
	})
}

// nameOf is the last name of an expression: InvalidError of store.InvalidError.
func nameOf(expr ast.Expr) string {
	switch expr := expr.(type) {
	case *ast.Ident:
		return expr.Name
	case *ast.SelectorExpr:
		return expr.Sel.Name
	}
	return ""
}

func TestMovesAreSaidByWhatTheyAreOf(t *testing.T) {
	t.Parallel()
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		said := map[string]bool{}
		for _, words := range []string{
			p.Moved("consent", "withdrawn", "given", true), p.Moved("consent", "none", "expired", false),
			p.Moved("broadcast", "done", "paused", false), p.Moved("delivery", "read", "queued", false),
		} {
			if words == "" || said[words] || strings.Contains(words, "_") {
				t.Errorf("got %q", words)
			}
			said[words] = true
		}
	})
}
