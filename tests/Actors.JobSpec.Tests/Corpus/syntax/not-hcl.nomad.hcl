{% if x %}
hello: world
