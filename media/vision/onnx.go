package vision

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// port is an input or output of a network. Sizes is its shape; 0 is a size
// that the file leaves open.
type port struct {
	name  string
	sizes []int64
}

var errNoNetwork = errors.New("it is no ONNX network, or it ends early; remove the file and fetch it again")

// The fields of ONNX that are read (onnx.proto).
const (
	modelGraph                                 = 7
	graphInitializer, graphInput, graphOutput  = 5, 11, 12
	tensorName                                 = 8
	valueName, valueType                       = 1, 2
	typeTensor, tensorShape, shapeSize, sizeIs = 1, 2, 1, 1
)

// shape reads inputs and outputs of a network out of its file, and nothing
// else. Depth and work are bounded by the format.
func shape(data []byte) (inputs, outputs []port, err error) {
	graph, err := last(data, modelGraph)
	if err != nil || graph == nil {
		return nil, nil, errNoNetwork
	}
	weights := map[string]bool{} // older files name them among the inputs
	err = each(graph, func(field uint64, body []byte) error {
		if field == graphInitializer {
			name, err := last(body, tensorName)
			weights[string(name)] = true
			return err
		}
		if field != graphInput && field != graphOutput {
			return nil
		}
		p, err := readPort(body)
		if field == graphInput {
			inputs = append(inputs, p)
		} else {
			outputs = append(outputs, p)
		}
		return err
	})
	inputs = slices.DeleteFunc(inputs, func(p port) bool { return weights[p.name] })
	return inputs, outputs, err
}

func readPort(body []byte) (p port, err error) {
	name, err := last(body, valueName)
	if err != nil {
		return p, err
	}
	p.name = string(name)
	for _, field := range []uint64{valueType, typeTensor, tensorShape} {
		if body, err = last(body, field); err != nil {
			return p, err
		}
	}
	err = each(body, func(field uint64, size []byte) error {
		if field == shapeSize {
			p.sizes = append(p.sizes, open(size))
		}
		return nil
	})
	return p, err
}

// open is a size, 0 where the file has a name instead.
func open(size []byte) int64 {
	key, n := binary.Uvarint(size)
	if n <= 0 || key != sizeIs<<3|wireNumber {
		return 0
	}
	value, n := binary.Uvarint(size[n:])
	if n <= 0 {
		return 0
	}
	return int64(value)
}

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
			return errNoNetwork
		}
		body = body[n:]
		value, rest, ok := field(key&7, body)
		if !ok {
			return errNoNetwork
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

// Outputs are the names of the outputs that are asked for.
func (c Card) Outputs() []string {
	switch {
	case c.Role != RoleDetector:
		return []string{"output"} // the only one, whatever its name
	case c.Form == FormYuNet:
		return YuNetOutputs
	}
	return BoxesOutputs
}

// fits says whether the network's own shape is the card's.
func (c Card) fits(data []byte) error {
	inputs, outputs, err := shape(data)
	if err != nil {
		return err
	}
	sized := c.Role != RoleDetector || c.Form != FormYuNet // that one runs at every size
	if sized && (len(inputs) != 1 || !c.takes(inputs[0].sizes)) {
		return fmt.Errorf("it takes %v, the card says %d × %d pixels, %s", sizesOf(inputs), c.Width, c.Height, c.Order)
	}
	if c.Role == RoleDetector {
		return named(outputs, c.Outputs())
	}
	if len(outputs) != 1 || !answers(outputs[0].sizes, int64(c.Dimensions)) {
		return fmt.Errorf("it answers %v, the card says %d numbers", sizesOf(outputs), c.Dimensions)
	}
	return nil
}

func (c Card) channels() uint64 {
	if c.Order == "GREY" {
		return 1
	}
	return 3
}

func (c Card) takes(sizes []int64) bool {
	want := []int64{1, int64(c.channels()), int64(c.Height), int64(c.Width)}
	return slices.EqualFunc(sizes, want, func(is, wanted int64) bool { return is == 0 || is == wanted })
}

// answers says whether the sizes make so many numbers; one that is left open
// may be any.
func answers(sizes []int64, wanted int64) bool {
	product := int64(1)
	for _, size := range sizes {
		if size == 0 {
			continue
		}
		if size < 0 || product > wanted {
			return false
		}
		product *= size
	}
	return product == wanted || slices.Contains(sizes, 0) && product > 0 && wanted%product == 0
}

func named(outputs []port, wanted []string) error {
	for _, name := range wanted {
		if !slices.ContainsFunc(outputs, func(p port) bool { return p.name == name }) {
			return fmt.Errorf("it has no output %q, which its card's form needs", name)
		}
	}
	return nil
}

func sizesOf(ports []port) [][]int64 {
	var all [][]int64
	for _, p := range ports {
		all = append(all, p.sizes)
	}
	return all
}
