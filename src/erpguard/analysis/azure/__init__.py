"""What is true of Azure resources beyond what their own bodies say."""
