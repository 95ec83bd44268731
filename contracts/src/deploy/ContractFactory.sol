// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IContractFactory} from "../interfaces/IContractFactory.sol";

/// @title ContractFactory: documented on its interface, IContractFactory
contract ContractFactory is IContractFactory {
    /// @dev Init code of the proxy. It returns 8 bytes of code, which create a contract of all their calldata:
    /// 67 36..f0 (push them)  3d 52 (at 0)  60 08 60 18 f3 (return bytes 24 to 32); and the 8 bytes are
    /// 36 3d 3d 37 (copy the calldata to 0)  36 3d 34 f0 (create with the value from 0, as long as the calldata).
    bytes private constant PROXY = hex"67363d3d37363d34f03d5260086018f3";
    bytes32 private constant PROXY_HASH = keccak256(PROXY);

    function deploy(bytes32 salt, bytes calldata initCode) external returns (address made) {
        bytes32 ownSalt = _ownSalt(msg.sender, salt);
        made = _addressOf(ownSalt);
        if (made.code.length != 0) revert AlreadyDeployed(made);
        address proxy = _proxy(ownSalt);
        if (proxy.code.length == 0) _createProxy(ownSalt);
        // solhint-disable-next-line avoid-low-level-calls
        (bool done,) = proxy.call(initCode);
        if (!done || made.code.length == 0) _fail(salt, initCode);
        emit ContractDeployed(msg.sender, salt, made);
    }

    function addressOf(address deployer, bytes32 salt) external view returns (address) {
        return _addressOf(_ownSalt(deployer, salt));
    }

    function _createProxy(bytes32 ownSalt) private {
        bytes memory code = PROXY;
        assembly ("memory-safe") {
            pop(create2(0, add(code, 32), mload(code), ownSalt))
        }
    }

    /// @dev A proxy hides why its CREATE failed, and a second try from it would have another address. So creation is
    /// repeated here, where the reason can be seen, and everything is undone.
    function _fail(bytes32 salt, bytes calldata initCode) private {
        bytes memory code = initCode;
        assembly ("memory-safe") {
            if iszero(create(0, add(code, 32), mload(code))) {
                returndatacopy(code, 0, returndatasize())
                if returndatasize() { revert(code, returndatasize()) }
            }
        }
        revert CreationFailed(salt);
    }

    function _addressOf(bytes32 ownSalt) private view returns (address) {
        // The proxy's first CREATE has nonce 1 (EIP-161): rlp([proxy, 1]).
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", _proxy(ownSalt), hex"01")))));
    }

    function _proxy(bytes32 ownSalt) private view returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"ff", address(this), ownSalt, PROXY_HASH)))));
    }

    function _ownSalt(address deployer, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encode(deployer, salt));
    }
}
