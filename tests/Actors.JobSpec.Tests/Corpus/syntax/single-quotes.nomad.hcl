job 'x' {
}
