// Package onnx reads networks out of their files, which are protocol buffers:
// their fields, the shapes of inputs and outputs, and the weights by their names.
// It runs none.
package onnx

import (
	"encoding/binary"
	"errors"
)

// ErrNoNetwork is of a file that is none, or of one that ends early.
var ErrNoNetwork = errors.New("it is no ONNX network, or it ends early; remove the file and fetch it again")

// last is the last field of that number that has a length, nil for none.
func last(body []byte, wanted uint64) (found []byte, err error) {
	err = each(body, func(field uint64, value []byte) error {
		if field == wanted {
			found = value
		}
		return nil
	})
	return found, err
}

// How a field of protocol buffers lies in the file.
const (
	wireNumber, wireEight, wireBytes, wireFour = 0, 1, 2, 5
)

// each calls do with every field that has a length. The format's own library
// (google.golang.org/protobuf) opens and hashes the program at every start, which
// the worker's cage has no business to allow; four kinds of fields are all there is.
func each(body []byte, do func(uint64, []byte) error) error {
	for len(body) > 0 {
		key, n := binary.Uvarint(body)
		if n <= 0 {
			return ErrNoNetwork
		}
		body = body[n:]
		value, rest, ok := field(key&7, body)
		if !ok {
			return ErrNoNetwork
		}
		if body = rest; key&7 != wireBytes {
			continue
		}
		if err := do(key>>3, value); err != nil {
			return err
		}
	}
	return nil
}

// field cuts off a field's value; false if the body ends in it.
func field(kind uint64, body []byte) (value, rest []byte, ok bool) {
	var length uint64
	switch kind {
	case wireNumber:
		_, n := binary.Uvarint(body)
		if n <= 0 {
			return nil, nil, false
		}
		length = uint64(n)
	case wireEight:
		length = 8
	case wireFour:
		length = 4
	case wireBytes:
		size, n := binary.Uvarint(body)
		if n <= 0 {
			return nil, nil, false
		}
		length, body = size, body[n:]
	default:
		return nil, nil, false
	}
	if length > uint64(len(body)) {
		return nil, nil, false
	}
	return body[:length], body[length:], true
}
