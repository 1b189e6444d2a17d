package main

deny contains {"msg": msg, "address": change.address} if {
	some change in input.resource_changes
	change.type == "azurerm_storage_account"
	"create" in change.change.actions
	not change.change.after.https_traffic_only_enabled
	msg := sprintf("%s allows HTTP", [change.address])
}

warn_delete contains change.address if {
	some change in input.resource_changes
	change.change.actions == ["delete"]
}
