%{ for s in servers ~}
server ${s}
%{ endfor ~}
