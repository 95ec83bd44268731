// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC3009} from "../src/interfaces/IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title What tests call of src/devnet/TestDollar
interface ITestDollar is IERC20, IERC3009 {
    error FaucetCapExceeded(uint256 got, uint256 want);
    error AuthorizationAlreadyUsed(address authorizer, bytes32 nonce);
    error AuthorizationNotYetValid(uint256 got, uint256 want);
    error AuthorizationExpired(uint256 got, uint256 want);
    error InvalidAuthorization(address authorizer);
    error CallerMustBePayee(address got, address want);

    function DOMAIN_SEPARATOR() external view returns (bytes32);
    function RECEIVE_WITH_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
    function CANCEL_AUTHORIZATION_TYPEHASH() external view returns (bytes32);
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
    function faucet(address to, uint256 amount) external;
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;
}
