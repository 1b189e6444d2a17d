# Who may do what.

locals {
  owners = {
    lindqvist = { principal = "1d2c3b4a-5f6e-4708-9192-a3b4c5d6e7f8", name = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1a01" }
    marchetti = { principal = "2e3d4c5b-6a7f-4819-8293-b4c5d6e7f809", name = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1a02" }
    okafor    = { principal = "3f4e5d6c-7b8a-492a-9394-c5d6e7f8091a", name = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1a03" }
    tanaka    = { principal = "4a5f6e7d-8c9b-4a3b-8495-d6e7f8091a2b", name = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1a04" }
  }
}

resource "azurerm_role_assignment" "owner" {
  for_each = local.owners

  name                 = each.value.name
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Owner"              # defect: RBAC101, RBAC104
  principal_id         = each.value.principal # defect: RBAC105
  principal_type       = "User"
}

resource "azurerm_role_assignment" "operations" { # defect: RBAC101
  name                 = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1b01"
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "User Access Administrator" # defect: RBAC104
  principal_id         = "5b6a7f8e-9d0c-4b4c-9596-e7f8091a2b3c"
  principal_type       = "Group"
}

resource "azurerm_role_assignment" "pipeline" {
  name                 = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1c01"
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Contributor" # defect: RBAC102
  principal_id         = azurerm_user_assigned_identity.pipeline.principal_id
}

resource "azurerm_role_assignment" "aks_group" {
  name                 = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1d01"
  scope                = azurerm_resource_group.erp.id # defect: RBAC110
  role_definition_name = "Contributor"
  principal_id         = azurerm_user_assigned_identity.aks.principal_id
}

resource "azurerm_role_assignment" "aks_subnet" {
  name                 = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1d02"
  scope                = azurerm_subnet.erp["aks"].id
  role_definition_name = "Network Contributor"
  principal_id         = azurerm_user_assigned_identity.aks.principal_id
}

resource "azurerm_role_assignment" "aks_pull" {
  name                 = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1d03"
  scope                = azurerm_container_registry.erp.id
  role_definition_name = "AcrPull"
  principal_id         = azurerm_kubernetes_cluster.erp.kubelet_identity[0].object_id
}

resource "azurerm_role_assignment" "auditors" {
  name                 = "e0f31c04-0d9e-4a57-8d51-2a6f3f5b1e01"
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Reader"
  principal_id         = "6c7b8a9f-0e1d-4c5d-8697-f8091a2b3c4d"
  principal_type       = "Group"
}

resource "azurerm_role_definition" "operator" {
  name               = "ERP Operator"
  role_definition_id = "d1a8c3e5-7f90-4b12-a3c4-5d6e7f809102"
  scope              = data.azurerm_subscription.current.id
  description        = "Runs the platform."
  assignable_scopes  = [data.azurerm_subscription.current.id]

  permissions {
    actions     = ["*"] # defect: RBAC103
    not_actions = ["Microsoft.Authorization/elevateAccess/Action"]
  }
}
