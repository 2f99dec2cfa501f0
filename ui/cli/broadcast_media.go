package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"pregon/store"
)

// mostRead is more than any file that can be sent; a file beyond it is not read to its end.
const mostRead = 17 << 20

// mediaFor reads what is to stand at the head of the messages, and holds it against what the template has there.
func (l *line) mediaFor(template store.Template, f createFlags) (store.Media, error) {
	message, err := template.Message()
	if err != nil {
		return store.Media{}, err
	}
	head := message.MediaHeader()
	switch {
	case f.media != "" && f.link != "":
		return store.Media{}, l.refuse(l.say.T("A file and a link exclude each other. Nothing was changed."),
			l.say.T("Give one: %s or %s.", "--media", "--media-link"))
	case head == "" && f.media+f.link != "":
		return store.Media{}, l.refuse(l.say.T("This template has no picture at its head. Nothing was changed."),
			l.say.T("Leave %s away, or choose another template: %s", "--media", "pregon templates list"))
	case head == "" || head == "LOCATION":
		return store.Media{}, nil
	case f.media+f.link == "":
		l.tell(l.say.T("Mind that the template has %s at its head: it cannot be sent without. Give it with %s.", l.say.Head(head), "--media"))
		return store.Media{}, nil
	case f.link != "":
		return store.LinkMedia(head, f.link)
	}
	media, err := l.readMedia(f.media)
	if err == nil && media.Kind != head {
		err = l.refuse(l.say.T("The template has %s at its head, and the file is %s. Nothing was changed.", l.say.Head(head), l.say.Head(media.Kind)))
	}
	return media, err
}

// readMedia reads the file, or what comes in for "-".
func (l *line) readMedia(path string) (m store.Media, err error) {
	file, err := l.input(path)
	if err != nil {
		return store.Media{}, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	data, err := io.ReadAll(io.LimitReader(file, mostRead))
	if err != nil {
		return store.Media{}, fmt.Errorf("read the file: %w", err)
	}
	return store.ReadMedia(filepath.Base(path), data)
}
