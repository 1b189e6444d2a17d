# The cluster, its registry, the identities of both.

resource "azurerm_user_assigned_identity" "aks" {
  name                = "id-aks"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  tags                = local.tags
}

resource "azurerm_user_assigned_identity" "gateway" {
  name                = "id-gateway"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  tags                = local.tags
}

resource "azurerm_user_assigned_identity" "odoo" {
  name                = "id-odoo"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  tags                = local.tags
}

resource "azurerm_user_assigned_identity" "pipeline" {
  name                = "id-pipeline"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  tags                = local.tags
}

resource "azurerm_federated_identity_credential" "odoo" {
  name                      = "odoo-web"
  user_assigned_identity_id = azurerm_user_assigned_identity.odoo.id
  audience                  = ["api://AzureADTokenExchange"]
  issuer                    = azurerm_kubernetes_cluster.erp.oidc_issuer_url
  subject                   = "system:serviceaccount:erp-prod:odoo-web"
}

resource "azurerm_kubernetes_cluster" "erp" { # defect: NET109, RBAC108
  name                      = "aks-erp-prod"
  resource_group_name       = azurerm_resource_group.erp.name
  location                  = azurerm_resource_group.erp.location
  dns_prefix                = "erp"
  kubernetes_version        = "1.33"
  sku_tier                  = "Standard"
  automatic_upgrade_channel = "patch"
  oidc_issuer_enabled       = true
  workload_identity_enabled = true
  azure_policy_enabled      = true
  tags                      = local.tags

  default_node_pool {
    name                         = "system"
    vm_size                      = "Standard_D4ds_v5"
    node_count                   = 3
    only_critical_addons_enabled = true
    vnet_subnet_id               = azurerm_subnet.erp["aks"].id
    zones                        = ["1", "2", "3"]
  }

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.aks.id]
  }

  azure_active_directory_role_based_access_control {
    azure_rbac_enabled     = false # defect: RBAC108
    admin_group_object_ids = ["3c9a2b1d-7e6f-4a58-8b97-6c5d4e3f2a10"]
  }

  network_profile { # defect: NET110
    network_plugin      = "azure"
    network_plugin_mode = "overlay"
    outbound_type       = "userDefinedRouting"
  }

  oms_agent {
    log_analytics_workspace_id = azurerm_log_analytics_workspace.erp.id
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "odoo" {
  name                  = "odoo"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.erp.id
  vm_size               = "Standard_E8ds_v5"
  auto_scaling_enabled  = true
  min_count             = 3
  max_count             = 9
  vnet_subnet_id        = azurerm_subnet.erp["aks"].id
  zones                 = ["1", "2", "3"]
  tags                  = local.tags
}

resource "azurerm_kubernetes_cluster_node_pool" "jobs" {
  name                  = "jobs"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.erp.id
  vm_size               = "Standard_D8ds_v5"
  node_count            = 2
  node_taints           = ["erp.example.com/jobs=true:NoSchedule"]
  vnet_subnet_id        = azurerm_subnet.erp["aks"].id
  zones                 = ["1", "2", "3"]
  tags                  = local.tags
}

resource "azurerm_container_registry" "erp" {
  name                          = "crerpprod"
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  sku                           = "Premium"
  admin_enabled                 = true # defect: RBAC109
  public_network_access_enabled = false
  tags                          = local.tags
}

module "registry_endpoint" {
  source              = "./modules/private-endpoint"
  name                = "pe-registry"
  resource_group_name = azurerm_resource_group.network.name
  location            = azurerm_resource_group.network.location
  subnet_id           = azurerm_subnet.erp["endpoints"].id
  resource_id         = azurerm_container_registry.erp.id
  subresource         = "registry"
  dns_zone_id         = "${local.dns_zones}/privatelink.azurecr.io"
  tags                = local.tags
}
