group "g" {
}
