# The data tier of an ERP platform. What lives has drifted away from it: see README.md.
terraform {
  required_version = ">= 1.9"

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "4.81.0"
    }
  }
}

provider "azurerm" {
  subscription_id = "0f1e2d3c-4b5a-4968-8776-5a4b3c2d1e0f"
  features {}
}

resource "azurerm_resource_group" "erp" {
  name     = "rg-erp-prod"
  location = "westeurope"
}

resource "azurerm_postgresql_flexible_server" "erp" {
  name                          = "psql-erp-prod"
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  version                       = "16"
  sku_name                      = "GP_Standard_D4ds_v5"
  backup_retention_days         = 35
  geo_redundant_backup_enabled  = true
  public_network_access_enabled = false
}

resource "azurerm_management_lock" "erp" {
  name       = "keep-psql-erp-prod"
  scope      = azurerm_postgresql_flexible_server.erp.id
  lock_level = "CanNotDelete"
}

resource "azurerm_storage_account" "filestore" {
  name                     = "sterpfilestore"
  resource_group_name      = azurerm_resource_group.erp.name
  location                 = azurerm_resource_group.erp.location
  account_tier             = "Standard"
  account_replication_type = "GRS"
  min_tls_version          = "TLS1_0"

  blob_properties {
    versioning_enabled = true

    delete_retention_policy {
      days = 30
    }

    container_delete_retention_policy {
      days = 30
    }
  }
}

resource "azurerm_redis_cache" "erp" {
  name                 = "redis-erp-prod"
  resource_group_name  = azurerm_resource_group.erp.name
  location             = azurerm_resource_group.erp.location
  capacity             = 1
  family               = "P"
  sku_name             = "Premium"
  minimum_tls_version  = "1.2"
  non_ssl_port_enabled = false
}

resource "azurerm_public_ip" "egress" {
  name                = "pip-erp-egress"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  allocation_method   = "Static"
  sku                 = "Standard"
}

resource "azurerm_key_vault" "erp" {
  name                = "kv-erp-prod"
  resource_group_name = azurerm_resource_group.erp.name
  location            = azurerm_resource_group.erp.location
  tenant_id           = "5a4b3c2d-1e0f-4978-8a6b-0f1e2d3c4b5a"
  sku_name            = "standard"

  network_acls {
    default_action = "Deny"
    bypass         = "AzureServices"
    ip_rules       = ["${azurerm_public_ip.egress.ip_address}/32"]
  }
}
