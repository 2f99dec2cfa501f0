package store_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pregon/store"
	"pregon/store/archive"
	"pregon/store/storetest"
)

// victimVariable makes this test binary a process that restores, or only starts, and is to be killed.
const victimVariable = "PREGON_RESTORE_VICTIM"

// victim is what such a process is told.
type victim struct {
	File   string `json:"file"`
	Backup string `json:"backup"` // "" is only a start
	Secret string `json:"secret"` // of age
	Step   int    `json:"step"`   // after how many it stands still; 0 is never
	Hour   int    `json:"hour"`   // of the tests' clock
}

// waits is what such a process says when it waits for its end.
const waits = "."

func TestMain(m *testing.M) {
	for variable, act := range map[string]func(path string) error{arrivalVariable: arrive, departureVariable: depart} {
		if path := os.Getenv(variable); path != "" {
			if err := act(path); err != nil {
				panic(err)
			}
			return
		}
	}
	told := os.Getenv(victimVariable)
	if told == "" {
		m.Run()
		return
	}
	var v victim
	err := json.Unmarshal([]byte(told), &v)
	if err == nil {
		err = v.live()
	}
	if err != nil {
		panic(err)
	}
}

// live restores, or starts, saying each step. After the one it was told it waits to be killed: on its input, since a
// process in which nothing can ever happen again ends by itself.
func (v victim) live() error {
	left := v.Step
	passed := store.OnStep(func(step string) {
		_, _ = fmt.Fprintln(os.Stdout, step)
		if left--; left == 0 {
			_, _ = fmt.Fprintln(os.Stdout, waits)
			_, _ = io.Copy(io.Discard, os.Stdin)
		}
	})
	ctx, clock := context.Background(), storetest.NewClock()
	clock.Advance(time.Duration(v.Hour) * time.Hour)
	if v.Backup == "" {
		s, _, err := store.Open(ctx, v.File, store.WithClock(clock.Now), passed)
		if errors.Is(err, store.ErrDamaged) { // as it was before
			return nil
		}
		if err != nil {
			return err
		}
		return s.Close()
	}
	lock, err := archive.Identities(strings.NewReader(v.Secret))
	if err != nil {
		return err
	}
	_, _, err = store.Restore(ctx, v.File, v.Backup, store.RestoreOptions{Lock: lock, Staff: "Ana"}, store.WithClock(clock.Now), passed)
	return err
}

// run lets such a process live, and kills it where it stands still. It returns the steps that it passed.
func (v victim) run(t *testing.T) []string {
	t.Helper()
	told, err := json.Marshal(v)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, os.Args[0]) // this test binary
	command.Env = append(os.Environ(), victimVariable+"="+string(told))
	var complaints bytes.Buffer
	command.Stderr = &complaints
	in, err := command.StdinPipe() // open until it is dead
	must(t, err)
	defer func() { _ = in.Close() }()
	out, err := command.StdoutPipe()
	must(t, err)
	must(t, command.Start())
	var steps []string
	stood := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if stood = lines.Text() == waits; stood {
			must(t, command.Process.Kill())
			break
		}
		steps = append(steps, lines.Text())
	}
	err = command.Wait()
	if ctx.Err() != nil || (err != nil) != stood && complaints.Len() > 0 {
		t.Fatalf("after %v: %v\n%s", steps, err, complaints.String())
	}
	return steps
}

// scene is a shop's folder before a restore, to be laid out again and again, and a backup.
type scene struct {
	name           string
	files          map[string][]byte // by name
	backup, secret string
	damaged        bool
}

const (
	onlyInBackup = 1 // customers
	inBoth       = 2
	onlyInFile   = 3
)

// scenes are the folders that a restore can meet.
func scenes(t *testing.T) []scene {
	t.Helper()
	shop := storetest.New(t)
	secret, err := age.GenerateX25519Identity()
	must(t, err)
	v := vault{}
	v.seals, err = archive.Recipients(secret.Recipient().String())
	must(t, err)
	gone := shop.Customer(t, onlyInBackup)
	shop.Customer(t, inBoth)
	backup, _ := v.backup(t, shop)
	must(t, errors.Join(shop.Erase(t.Context(), gone, "Ana"), shop.Purge(t.Context(), gone, "Ana")))
	shop.Customer(t, onlyInFile)
	must(t, shop.Close())
	read := func(path string) []byte {
		data, err := os.ReadFile(path)
		must(t, err)
		return data
	}
	file, key := read(shop.File), read(shop.File+".key")
	other := storetest.New(t)
	must(t, other.Close())
	broken := bytes.Clone(file)
	copy(broken[len(broken)/2:], bytes.Repeat([]byte{0xAA}, 3*4096))
	return []scene{
		{name: "the shop's file", files: map[string][]byte{"shop.db": file, "shop.db.key": key}, backup: backup, secret: secret.String()},
		{name: "a new, empty shop", files: map[string][]byte{"shop.db": read(other.File), "shop.db.key": read(other.File + ".key")}, backup: backup, secret: secret.String()},
		{name: "no file, but a key", files: map[string][]byte{"shop.db.key": read(other.File + ".key")}, backup: backup, secret: secret.String()},
		{name: "nothing", files: map[string][]byte{}, backup: backup, secret: secret.String()},
		{name: "a damaged file", files: map[string][]byte{"shop.db": broken, "shop.db.key": key, "shop.db-wal": nil}, backup: backup, secret: secret.String(), damaged: true},
	}
}

// lay makes the folder anew and returns the path of its shop file.
func (s scene) lay(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "shop")
	must(t, os.Mkdir(folder, 0o700))
	for name, data := range s.files {
		must(t, os.WriteFile(filepath.Join(folder, name), data, 0o600))
	}
	return filepath.Join(folder, "shop.db")
}

// lying is what lies in a shop's folder, without the file of the engine's lock.
func lying(t *testing.T, path string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	must(t, err)
	found := map[string][]byte{}
	for _, entry := range entries {
		if entry.Name() == "shop.db.lock" {
			continue
		}
		if entry.IsDir() {
			found[entry.Name()] = nil
			continue
		}
		data, err := os.ReadFile(filepath.Join(filepath.Dir(path), entry.Name()))
		must(t, err)
		found[entry.Name()] = data
	}
	return found
}

// look starts the shop after a kill and says whether the file is the one from the backup. It fails where it is neither
// that one nor the one before, where something is left over, and where the start says something else.
func (s scene) look(t *testing.T, path string, kills string) (after bool) {
	t.Helper()
	clock := storetest.NewClock()
	clock.Advance(2 * time.Hour)
	opened, _, err := store.Open(t.Context(), path, store.WithClock(clock.Now))
	if errors.Is(err, store.ErrDamaged) && s.damaged {
		s.untouched(t, path, kills)
		return false
	}
	if err != nil {
		t.Fatalf("%s: %v", kills, err)
	}
	defer func() { must(t, opened.Close()) }()
	waiting, err := opened.Restored(t.Context())
	must(t, err)
	after = waiting != nil
	if said := opened.BrokenRestore(); said != "" && (said == store.BrokenAfter) != after {
		t.Errorf("%s: the start says %q, and the restored file is there: %t", kills, said, after)
	}
	if v, err := opened.VerifyLedger(t.Context()); err != nil || !v.OK || opened.KeyMissing() {
		t.Errorf("%s: VerifyLedger = %+v, %v, the key is missing: %t", kills, v, err, opened.KeyMissing())
	}
	want := map[int]bool{inBoth: true, onlyInFile: false}
	if !after {
		_, had := s.files["shop.db"]
		own := had && s.name == "the shop's file"
		want = map[int]bool{onlyInBackup: false, inBoth: own, onlyInFile: own}
	}
	for n, there := range want {
		if _, err := opened.ContactByPhone(t.Context(), storetest.Phone(n)); (err == nil) != there {
			t.Errorf("%s: customer %d: %v, after: %t", kills, n, err, after)
		}
	}
	for name := range lying(t, path) {
		rest := strings.TrimPrefix(name, "shop.db")
		if !slices.Contains([]string{"", ".key", "-wal", "-shm"}, rest) && (!after || !strings.HasPrefix(rest, ".before-")) {
			t.Errorf("%s: %s is left over, after: %t", kills, name, after)
		}
	}
	return after
}

// untouched fails where the folder is not, byte for byte, as it was laid. Of the log, which holds nothing, only looking at
// the file makes a new one.
func (s scene) untouched(t *testing.T, path, kills string) {
	t.Helper()
	now := lying(t, path)
	for name, data := range s.files {
		if !bytes.Equal(now[name], data) {
			t.Errorf("%s: %s is not as it was, %d bytes", kills, name, len(now[name]))
		}
		delete(now, name)
	}
	for name := range now {
		if name != "shop.db-shm" {
			t.Errorf("%s: %s is left over", kills, name)
		}
	}
}

// TestKillAtAnyStepOfARestoreLeavesOneWholeFile kills a restoring process after each of its steps: what lies there then
// is the file before or the one from the backup, the next start clears what is left and says which it is, and the same
// command again completes it.
func TestKillAtAnyStepOfARestoreLeavesOneWholeFile(t *testing.T) {
	t.Parallel()
	for place, s := range scenes(t) {
		all := victim{File: s.lay(t), Backup: s.backup, Secret: s.secret}.run(t)
		begun, done := slices.Index(all, "begun"), slices.Index(all, "file")
		if begun < 0 || done < begun {
			t.Fatalf("%s: the steps are %v", s.name, all)
		}
		for n, step := range all[:len(all)-1] { // after the last there is nothing to break off
			if n < begun && place > 0 {
				continue // nothing outside its folder was touched
			}
			t.Run(s.name+"/"+step, func(t *testing.T) {
				t.Parallel()
				v := victim{File: s.lay(t), Backup: s.backup, Secret: s.secret, Step: n + 1}
				if steps := v.run(t); len(steps) != n+1 || steps[n] != step {
					t.Fatalf("it was killed after %v", steps)
				}
				if step == "key" || step == "file" { // a restore is a start too
					v.Step, v.Hour = 0, 1
					v.run(t)
					if !s.look(t, v.File, step+", again") {
						t.Error("the second restore did not put the file in its place")
					}
					return
				}
				if after := s.look(t, v.File, step); after != (n >= done) {
					t.Errorf("the restored file is there: %t", after)
				}
			})
		}
	}
}

// TestKillWhileABrokenRestoreIsClearedChangesNoEnd kills the start after the kill as well, after each of its steps: what
// was the file before stays that, and what was the restored one stays that.
func TestKillWhileABrokenRestoreIsClearedChangesNoEnd(t *testing.T) {
	t.Parallel()
	for _, s := range scenes(t) {
		all := victim{File: s.lay(t), Backup: s.backup, Secret: s.secret}.run(t)
		for _, step := range []string{"key", "file"} {
			t.Run(s.name+"/"+step, func(t *testing.T) {
				t.Parallel()
				broken := victim{File: s.lay(t), Backup: s.backup, Secret: s.secret, Step: 1 + slices.Index(all, step)}
				broken.run(t)
				for n := 0; ; n++ {
					path := filepath.Join(t.TempDir(), "shop", "shop.db")
					must(t, os.CopyFS(filepath.Dir(path), os.DirFS(filepath.Dir(broken.File))))
					steps := victim{File: path, Step: n + 1}.run(t)
					if len(steps) <= n {
						return
					}
					kills := fmt.Sprintf("killed after %q and then after %q", step, steps[n])
					if after := s.look(t, path, kills); after != (step == "file") {
						t.Errorf("%s: the restored file is there: %t", kills, after)
					}
				}
			})
		}
	}
}
