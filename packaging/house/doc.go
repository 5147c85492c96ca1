// Package house holds no code: its tests say how the repository is built up,
// where a list of forbidden imports (.golangci.yml) cannot: what a whole
// program reaches, which folders there are, that every package tells what it
// owns. It must not be imported.
package house
