# The landing zone of an ERP platform: what is shared by all files of this folder.
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

variable "postgres_admin_password" {
  description = "Password of erpadmin on the old PostgreSQL server."
  type        = string
  sensitive   = true
}

variable "reporting_admin_password" {
  description = "Password of sqladmin on the reporting server."
  type        = string
  sensitive   = true
}

data "azurerm_client_config" "current" {}

data "azurerm_subscription" "current" {}

locals {
  location = "westeurope"
  tags     = { environment = "production", owner = "erp-platform" }
  dev_tags = { environment = "development", owner = "erp-platform" }

  # The zones of private endpoints belong to the connectivity team, in a subscription of its own.
  dns_zones = "/subscriptions/9a8b7c6d-5e4f-4031-9213-4a5b6c7d8e9f/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones"

  # Flow logs go where the security team reads them.
  flow_log_store = "/subscriptions/9a8b7c6d-5e4f-4031-9213-4a5b6c7d8e9f/resourceGroups/rg-security/providers/Microsoft.Storage/storageAccounts/stflowlogs"
}

resource "azurerm_resource_group" "erp" {
  name     = "rg-erp-prod"
  location = local.location
  tags     = local.tags
}

resource "azurerm_resource_group" "network" {
  name     = "rg-erp-network"
  location = local.location
  tags     = local.tags
}

resource "azurerm_resource_group" "backup" {
  name     = "rg-erp-backup"
  location = local.location
  tags     = local.tags
}

resource "azurerm_resource_group" "dev" {
  name     = "rg-erp-dev"
  location = local.location
  tags     = local.dev_tags
}

resource "azurerm_log_analytics_workspace" "erp" {
  name                          = "log-erp"
  resource_group_name           = azurerm_resource_group.erp.name
  location                      = azurerm_resource_group.erp.location
  sku                           = "PerGB2018"
  retention_in_days             = 90
  local_authentication_disabled = true
  tags                          = local.tags
}
