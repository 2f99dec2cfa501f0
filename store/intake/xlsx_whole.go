package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/xuri/excelize/v2"
)

// wholeness reads the parts of a workbook that hold cells to their ends, once. The library takes a sheet that breaks off,
// or that is no XML from some place on, for one that ends there: a shorter list, and nobody would know.
func wholeness(book *excelize.File, open opener) func() error {
	return sync.OnceValue(func() (err error) {
		parts, done, err := open()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
		for _, part := range parts.File {
			if !strings.Contains(part.Name, "worksheets/") && !strings.EqualFold(path.Base(part.Name), "sharedStrings.xml") {
				continue
			}
			if strings.HasSuffix(part.Name, ".xml") && !wellFormed(part, book) {
				return &FormatError{Found: FormatXLSX}
			}
		}
		return nil
	})
}

func wellFormed(part *zip.File, book *excelize.File) bool {
	text, err := part.Open()
	if err != nil {
		return false
	}
	defer func() { _ = text.Close() }() // only read
	decoder := xml.NewDecoder(text)
	decoder.CharsetReader = book.CharsetReader
	for {
		if _, err := decoder.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// opener opens the parts of a workbook, and returns what closes them.
type opener func() (*zip.Reader, func() error, error)

// maxPacked is how many bytes one byte can stand for in a zip: the most that deflate reaches (RFC 1951: 258 bytes for
// two bits, and the block around them).
const maxPacked = 1032

// credible reports whether the parts claim no more bytes than can be packed in them, and in a file of that size. The
// library makes room for as many as are claimed, so a small file could ask for all the memory there is.
func credible(parts opener, size int64) bool {
	pack, end, err := parts()
	if err != nil {
		return false
	}
	left := uint64(size) * maxPacked
	lies := slices.ContainsFunc(pack.File, func(part *zip.File) bool {
		claimed := part.UncompressedSize64
		if claimed > left || claimed/maxPacked > part.CompressedSize64 {
			return true
		}
		left -= claimed
		return false
	})
	return end() == nil && !lies
}

// zipOnDisk opens a workbook by its name, zipInMemory one that is held.
func zipOnDisk(name string) opener {
	return func() (*zip.Reader, func() error, error) {
		parts, err := zip.OpenReader(name)
		if err != nil {
			return nil, nil, fmt.Errorf("open the workbook again: %w", err)
		}
		return &parts.Reader, parts.Close, nil
	}
}

func zipInMemory(data []byte) opener {
	return func() (*zip.Reader, func() error, error) {
		parts, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return nil, nil, fmt.Errorf("open the workbook again: %w", err)
		}
		return parts, func() error { return nil }, nil
	}
}
