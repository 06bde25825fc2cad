job "{{ .name }}" {
  count = {{ .count }}
}
