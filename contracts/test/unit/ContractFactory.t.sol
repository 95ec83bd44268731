// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IContractFactory} from "../../src/interfaces/IContractFactory.sol";
import {Test} from "../Test.sol";

/// @dev Refuses zero, remembers who made it.
contract Made {
    error Zero();

    uint256 public immutable value;
    address public immutable maker;

    constructor(uint256 value_) {
        if (value_ == 0) revert Zero();
        value = value_;
        maker = msg.sender;
    }
}

contract Silent {
    constructor() {
        assembly {
            revert(0, 0)
        }
    }
}

contract ContractFactoryTest is Test {
    bytes32 private constant SALT = keccak256("salt");

    IContractFactory private _factory;

    function setUp() public {
        _factory = IContractFactory(deploy("ContractFactory.sol:ContractFactory", ""));
    }

    function _init(uint256 value) private pure returns (bytes memory) {
        return bytes.concat(type(Made).creationCode, abi.encode(value));
    }

    function test_deploy_refusesASecondAtTheSamePlace() public {
        address made = _factory.deploy(SALT, _init(7));
        vm.expectRevert(abi.encodeWithSelector(IContractFactory.AlreadyDeployed.selector, made));
        _factory.deploy(SALT, _init(8));
        assertEq(Made(made).value(), 7);
    }

    function test_deploy_bringsTheConstructorsReasonThrough() public {
        vm.expectRevert(Made.Zero.selector);
        _factory.deploy(SALT, _init(0));
    }

    function test_deploy_namesAFailureWithoutReason() public {
        vm.expectRevert(abi.encodeWithSelector(IContractFactory.CreationFailed.selector, SALT));
        _factory.deploy(SALT, type(Silent).creationCode);
    }

    function test_deploy_refusesInitCodeThatLeavesNoCode() public {
        vm.expectRevert(abi.encodeWithSelector(IContractFactory.CreationFailed.selector, SALT));
        _factory.deploy(SALT, "");
    }

    function test_deploy_aFailureMayBeTriedAgainAtTheSameAddress() public {
        address want = _factory.addressOf(address(this), SALT);
        vm.expectRevert(Made.Zero.selector);
        _factory.deploy(SALT, _init(0));
        assertEq(_factory.deploy(SALT, _init(9)), want);
    }

    function test_deploy_nobodyTakesAnothersAddress() public {
        address mine = _factory.addressOf(address(this), SALT);
        vm.prank(address(0xbad));
        address other = _factory.deploy(SALT, _init(1));
        assertTrue(other != mine);
        assertEq(_factory.deploy(SALT, _init(2)), mine);
    }

    function testFuzz_addressOf_isWhereDeployPuts(address deployer, bytes32 salt, uint256 value) public {
        vm.assume(value != 0);
        address want = _factory.addressOf(deployer, salt);
        vm.prank(deployer);
        address made = _factory.deploy(salt, _init(value));
        assertEq(made, want);
        assertEq(Made(made).value(), value);
    }
}
